import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { BuildPlan } from "../presentation/buildPlan.ts";
import { namedStages } from "../presentation/buildStages.ts";
import { defaultTag, referenceProblem } from "../presentation/imageReference.ts";
import { compareNames } from "../presentation/treeRow.ts";
import { languageId } from "../../../server/src/protocol.ts";
import { type Command, CommandFailure, type Services } from "./command.ts";
import { rememberPlan, rememberedPlan, runBuild } from "./runBuild.ts";

/** Asks for what is not clear (which Dockerfile, context, target, name) and builds. */
export const buildImage: Command = {
  id: "slipway.images.build",

  async run(services, item) {
    const uri = await pickDockerfile(services, item);
    if (!uri) {
      return;
    }
    const before = rememberedPlan(services.memory, uri.fsPath);
    const contextFolder = await pickContext(services, uri, before);
    if (contextFolder === undefined) {
      return;
    }
    const target = await pickTarget(services, uri, before);
    if (target === undefined) {
      return;
    }
    const tag = await services.prompts.input({
      title: vscode.l10n.t("Build Image"),
      prompt: vscode.l10n.t("Name of the image"),
      value:
        before?.tag !== undefined && before.target === (target || undefined)
          ? before.tag
          : defaultTag(basename(contextFolder), target || undefined),
      validateInput: (text) => referenceProblem(text.trim(), vscode.l10n.t),
    });
    if (tag === undefined) {
      return;
    }
    const plan: BuildPlan = {
      dockerfile: uri.fsPath,
      contextFolder,
      tag: withTag(tag.trim()),
      ...(target === "" ? {} : { target }),
    };
    await rememberPlan(services.memory, plan);
    await runBuild(services, plan);
  },
};

/** With the tag that docker itself adds to a name without one. */
export function withTag(name: string): string {
  return /:[\w][\w.-]*$/.test(name) ? name : `${name}:latest`;
}

/** The Dockerfile that the menu was opened on, or that is being edited, or that the user picks from the workspace. */
export async function pickDockerfile(
  { prompts }: Services,
  item: unknown,
): Promise<vscode.Uri | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  const given =
    item instanceof vscode.Uri ? item : active?.languageId === languageId ? active.uri : undefined;
  if (given) {
    if (given.scheme !== "file") {
      throw new CommandFailure(
        given.scheme === "untitled"
          ? vscode.l10n.t("Save the Dockerfile first: a build reads it from its folder.")
          : vscode.l10n.t("Only a Dockerfile on a disk can be built; this one is virtual."),
      );
    }
    return given;
  }
  const files = await vscode.workspace.findFiles(dockerfilePattern, excludedPattern, 200);
  if (files.length === 0) {
    throw new CommandFailure(vscode.l10n.t("There is no Dockerfile in this workspace."));
  }
  const items = files
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => compareNames(a.label, b.label));
  const picked =
    items.length === 1
      ? items[0]
      : await prompts.pick(items, { title: vscode.l10n.t("Build Image: Dockerfile") });
  return picked?.uri;
}

const dockerfilePattern =
  "**/{Dockerfile,Containerfile,Dockerfile.*,Containerfile.*,*.dockerfile,*.Dockerfile}";
const excludedPattern = "**/{node_modules,.git,vendor}/**";

/** Asks only where there is more than one sensible folder. */
export async function pickContext(
  { prompts }: Services,
  uri: vscode.Uri,
  before: BuildPlan | undefined,
): Promise<string | undefined> {
  const own = dirname(uri.fsPath);
  const workspace = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? own;
  if (own === workspace && (before === undefined || before.contextFolder === own)) {
    return own;
  }
  const folders = [...new Set([...(before ? [before.contextFolder] : []), own, workspace])];
  const other = { label: vscode.l10n.t("Choose Another Folder…"), description: "", folder: "" };
  const picked = await prompts.pick(
    [
      ...folders.map((folder) => ({
        label: `$(folder) ${vscode.workspace.asRelativePath(folder) === folder ? basename(folder) : vscode.workspace.asRelativePath(folder)}`,
        description: contextRemark(folder, { own, workspace, before: before?.contextFolder }),
        folder,
      })),
      other,
    ],
    { title: vscode.l10n.t("Build Image: Context Folder, Which COPY Reads From") },
  );
  if (picked === other) {
    const chosen = await prompts.pickFolder({
      defaultUri: vscode.Uri.file(own),
      openLabel: vscode.l10n.t("Use as Context"),
    });
    return chosen?.fsPath;
  }
  return picked?.folder;
}

function contextRemark(
  folder: string,
  known: { readonly own: string; readonly workspace: string; readonly before: string | undefined },
): string {
  return folder === known.before
    ? vscode.l10n.t("as last time")
    : folder === known.own
      ? vscode.l10n.t("folder of the Dockerfile")
      : vscode.l10n.t("workspace folder");
}

/** The stage to build; empty for the whole Dockerfile, which is also the only choice where no stage but the last has a name. */
async function pickTarget(
  { prompts }: Services,
  uri: vscode.Uri,
  before: BuildPlan | undefined,
): Promise<string | undefined> {
  const document = await vscode.workspace.openTextDocument(uri);
  const stages = namedStages(document.getText());
  if (stages.length < 2) {
    return "";
  }
  const whole = {
    label: vscode.l10n.t("Whole Dockerfile"),
    description: vscode.l10n.t("its last stage"),
    target: "",
  };
  const items = [
    whole,
    ...stages.map(({ name, line }) => ({
      label: name,
      description: vscode.l10n.t("stage on line {0}", line + 1),
      target: name,
    })),
  ];
  const last = items.find(({ target }) => target === before?.target);
  const ordered = last ? [last, ...items.filter((item) => item !== last)] : items;
  return (await prompts.pick(ordered, { title: vscode.l10n.t("Build Image: Target") }))?.target;
}
