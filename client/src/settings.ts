import * as vscode from "vscode";
import { settingsSection } from "../../server/src/protocol.ts";

/** What the client itself reads of the settings `slipway.*`; the language server reads its own. */
export interface ClientSettings {
  /** A context's name or an endpoint's URL; empty to look for one as the docker CLI does. */
  readonly endpoint: string;
  /** Lines of a log to begin with. */
  readonly logLines: number;
  /** Names of docker contexts where destroying something asks for the name. */
  readonly protectedContexts: readonly string[];
}

export function readSettings(): ClientSettings {
  const section = vscode.workspace.getConfiguration(settingsSection);
  const lines = section.get<unknown>("logs.lines");
  const endpoint = section.get<unknown>("endpoint");
  const protectedContexts = section.get<unknown>("protectedContexts");
  return {
    endpoint: typeof endpoint === "string" ? endpoint.trim() : "",
    logLines: typeof lines === "number" && lines >= 0 ? Math.floor(lines) : 1000,
    protectedContexts: Array.isArray(protectedContexts)
      ? protectedContexts.filter((each) => typeof each === "string")
      : [],
  };
}

/** Calls the listener when what decides about the engine, or about asking for its name, has changed. */
export function onEndpointSettings(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (
      event.affectsConfiguration(`${settingsSection}.endpoint`) ||
      event.affectsConfiguration(`${settingsSection}.protectedContexts`)
    ) {
      listener();
    }
  });
}

/** How the rows of a view are arranged, as the settings say it; they may hold anything. */
export interface ViewSettings {
  readonly groupBy: unknown;
  readonly groupByLabel?: unknown;
  readonly sortBy: unknown;
  readonly description: unknown;
}

export function readContainersSettings(): ViewSettings {
  const section = vscode.workspace.getConfiguration(settingsSection);
  return {
    groupBy: section.get<unknown>("containers.groupBy"),
    groupByLabel: section.get<unknown>("containers.groupByLabel"),
    sortBy: section.get<unknown>("containers.sortBy"),
    description: section.get<unknown>("containers.description"),
  };
}

export function readImagesSettings(): ViewSettings {
  const section = vscode.workspace.getConfiguration(settingsSection);
  return {
    groupBy: section.get<unknown>("images.groupBy"),
    sortBy: section.get<unknown>("images.sortBy"),
    description: section.get<unknown>("images.description"),
  };
}

/** Calls the listener when the settings of a view have changed. */
export function onViewSettings(
  view: "containers" | "images",
  listener: () => void,
): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${settingsSection}.${view}`)) {
      listener();
    }
  });
}
