import * as vscode from "vscode";
import { settingsSection } from "../../../server/src/protocol.ts";

/** Sets `slipway.endpoint` where it is set already, otherwise for the user; an empty one removes it. */
export async function setEndpoint(endpoint: string): Promise<void> {
  const section = vscode.workspace.getConfiguration(settingsSection);
  const inWorkspace = section.inspect("endpoint")?.workspaceValue !== undefined;
  await section.update(
    "endpoint",
    endpoint === "" ? undefined : endpoint,
    inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global,
  );
}
