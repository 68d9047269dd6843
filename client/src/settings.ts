import * as vscode from "vscode";
import { settingsSection } from "../../server/src/protocol.ts";

/** What the client itself reads of the settings `slipway.*`; the language server reads its own. */
export interface ClientSettings {
  /** A context's name or an endpoint's URL; empty to look for one as the docker CLI does. */
  readonly endpoint: string;
  /** Lines of a log to begin with. */
  readonly logLines: number;
}

export function readSettings(): ClientSettings {
  const section = vscode.workspace.getConfiguration(settingsSection);
  const lines = section.get<unknown>("logs.lines");
  const endpoint = section.get<unknown>("endpoint");
  return {
    endpoint: typeof endpoint === "string" ? endpoint.trim() : "",
    logLines: typeof lines === "number" && lines >= 0 ? Math.floor(lines) : 1000,
  };
}
