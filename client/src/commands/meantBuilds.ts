import * as vscode from "vscode";
import type { BuildRecord } from "../presentation/buildRecord.ts";
import { presentBuild } from "../presentation/buildRows.ts";
import { CommandFailure, type Services } from "./command.ts";

/**
 * The builds that a command is meant for: those that the menu was opened on,
 * otherwise one that the user picks. Empty when the user backs out.
 */
export async function meantBuilds(
  { builds: { history }, prompts }: Services,
  item: unknown,
  selection: unknown,
  options: { readonly title: string; readonly filter?: (build: BuildRecord) => boolean },
): Promise<readonly BuildRecord[]> {
  await history.load();
  const filter = options.filter ?? (() => true);
  const nodes: readonly unknown[] =
    Array.isArray(selection) && selection.length > 0 ? selection : [item];
  const given = nodes.flatMap((node) => {
    const id = buildIdOf(node);
    return id === undefined ? [] : (history.get(id) ?? []);
  });
  if (given.length > 0) {
    return given.filter(filter);
  }
  const candidates = history.builds.filter(filter);
  if (candidates.length === 0) {
    throw new CommandFailure(vscode.l10n.t("There is no such build of this workspace."));
  }
  const now = Date.now();
  const picked = await prompts.pick(
    candidates.map((build) => {
      const place = vscode.workspace.asRelativePath(build.plan.dockerfile);
      const { label, description } = presentBuild(build, { now, localize: vscode.l10n.t, place });
      return { label, description, build };
    }),
    { title: options.title, matchOnDescription: true },
  );
  return picked === undefined ? [] : [picked.build];
}

/** Of a row of the builds, or of anything below one. */
function buildIdOf(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null || !("kind" in node)) {
    return undefined;
  }
  if (node.kind === "buildNode" && "id" in node && typeof node.id === "string") {
    return node.id;
  }
  return "parent" in node ? buildIdOf(node.parent) : undefined;
}
