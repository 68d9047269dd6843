import * as vscode from "vscode";
import { parseEndpointUrl } from "../engine/dial.ts";
import { EngineError } from "../engine/engineError.ts";

/** What is wrong with an engine's address that is being typed. */
export function addressProblem(text: string): string | undefined {
  const address = text.trim();
  if (!/^(unix|npipe|tcp|https?|ssh):\/\/./.test(address)) {
    return vscode.l10n.t("Begin with unix://, npipe://, tcp:// or ssh://.");
  }
  try {
    parseEndpointUrl(address);
    return undefined;
  } catch (error) {
    return error instanceof EngineError ? error.message : String(error);
  }
}
