import type { DockerContext } from "../engine/contextStore.ts";
import { withoutPassword } from "./engineState.ts";
import type { Localize } from "./localize.ts";
import { escapeMarkdown, inlineCode } from "./markdown.ts";
import type { TreeRow } from "./treeRow.ts";

/** Every flag that the context value of a docker context can carry. */
export const contextFlags = ["context", "current", "other", "builtIn", "custom"] as const;

export interface ContextUse {
  /** Views and commands work with it. */
  readonly isCurrent: boolean;
  /** What destroys something there asks for its name. */
  readonly isProtected: boolean;
  readonly localize: Localize;
}

/** The row of a docker context. */
export function presentContext(context: DockerContext, use: ContextUse): TreeRow {
  const { isCurrent, isProtected, localize } = use;
  const address = contextAddress(context, localize);
  const marks = [
    ...(isCurrent ? [localize("current")] : []),
    ...(isProtected ? [localize("protected")] : []),
  ];
  const isBuiltIn = context.url === "";
  return {
    label: context.name,
    // A narrow sidebar cuts the end off.
    description: [...marks, address].join(" · "),
    icon: isCurrent
      ? { id: "pass-filled", color: "charts.green" }
      : { id: isProtected ? "lock" : "server" },
    contextValue: [
      "context",
      isCurrent ? "current" : "other",
      isBuiltIn ? "builtIn" : "custom",
    ].join(";"),
    accessibilityLabel: [localize("Context {0}", context.name), ...marks, address].join(", "),
  };
}

/** Markdown. */
export function contextTooltip(context: DockerContext, use: ContextUse): string {
  const { isCurrent, isProtected, localize } = use;
  const lines = [
    `**${escapeMarkdown(context.name)}**`,
    ...(context.description === "" ? [] : [escapeMarkdown(context.description)]),
    inlineCode(contextAddress(context, localize)),
    ...(isCurrent ? [localize("Views and commands work with this engine.")] : []),
    ...(isProtected
      ? [localize("Protected: what destroys something here asks for the context's name.")]
      : []),
  ];
  return lines.join("\n\n");
}

function contextAddress({ url }: DockerContext, localize: Localize): string {
  return url === "" ? localize("this machine's own engine") : withoutPassword(url);
}
