import * as vscode from "vscode";
import { type DockerContext, readContexts } from "../engine/contextStore.ts";
import { withoutPassword } from "../presentation/engineState.ts";
import { CommandFailure, type Services } from "./command.ts";

/** The docker context that a command is meant for: a row's, one that is named, or one that the user picks. */
export async function pickContext(
  { prompts, contexts }: Services,
  item: unknown,
  options: {
    readonly title: string;
    readonly filter?: (context: DockerContext) => boolean;
    readonly none: string;
  },
): Promise<DockerContext | undefined> {
  const all = await readContexts();
  const name = contextName(item);
  if (name !== undefined) {
    const named = all.find((context) => context.name === name);
    if (named === undefined) {
      throw new CommandFailure(vscode.l10n.t("The docker context {0} is gone.", name));
    }
    return named;
  }
  const candidates = all.filter(options.filter ?? (() => true));
  if (candidates.length === 0) {
    throw new CommandFailure(options.none);
  }
  const picked = await prompts.pick(
    candidates.map((context) => ({
      label: context.name,
      description:
        context.url === ""
          ? vscode.l10n.t("this machine's own engine")
          : withoutPassword(context.url),
      detail: context.name === contexts.inUse ? vscode.l10n.t("Current") : context.description,
      context,
    })),
    { title: options.title, matchOnDescription: true },
  );
  return picked?.context;
}

function contextName(item: unknown): string | undefined {
  if (typeof item === "string") {
    return item;
  }
  if (typeof item === "object" && item !== null && "kind" in item && "context" in item) {
    return item.kind === "contextNode" ? (item.context as DockerContext).name : undefined;
  }
  return undefined;
}
