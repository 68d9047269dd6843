import type { ImageLayer } from "../engine/engine.ts";
import type { Localize } from "./localize.ts";
import { escapeMarkdown } from "./markdown.ts";
import type { TreeRow } from "./treeRow.ts";
import { formatBytes } from "./units.ts";

/** The flag of a layer's context value. */
export const layerFlags = ["layer"] as const;

/** The row of a layer: its instruction and what it adds to the image. */
export function presentLayer(layer: ImageLayer, localize: Localize): TreeRow {
  const instruction =
    layerInstruction(layer.createdBy) || layer.comment || localize("unknown instruction");
  const label = instruction.length > 200 ? `${instruction.slice(0, 199)}…` : instruction;
  const size = formatBytes(layer.size);
  return {
    label,
    description: layer.size > 0 ? size : "",
    icon: layer.size > 0 ? { id: "layers" } : { id: "dash", color: "disabledForeground" },
    contextValue: "layer",
    accessibilityLabel: [
      localize("Layer {0}", label),
      layer.size > 0 ? size : localize("no size"),
    ].join(", "),
  };
}

/** The whole instruction and its size, in Markdown. */
export function layerTooltip(layer: ImageLayer, localize: Localize): string {
  const instruction = layerInstruction(layer.createdBy) || layer.comment;
  const fence = instruction.includes("```") ? "~~~~~" : "```";
  return [
    `${fence}dockerfile\n${instruction}\n${fence}\n`,
    `${localize("Size")}: ${escapeMarkdown(formatBytes(layer.size))}  `,
    `${localize("Created")}: ${escapeMarkdown(new Date(layer.createdAt).toLocaleString())}`,
  ].join("\n");
}

/**
 * The instruction as its Dockerfile had it, out of the ways in which builders
 * note it in the history: `/bin/sh -c #(nop)  CMD ["sh"]` and `/bin/sh -c apk
 * add x` (classic builder), `|1 VERSION=3 /bin/sh -c …` (with build arguments),
 * `RUN /bin/sh -c apk add x # buildkit`.
 */
export function layerInstruction(createdBy: string): string {
  const text = createdBy.replace(/\s*# buildkit$/, "").trim();
  const nop = /^\/bin\/sh -c #\(nop\)\s*/.exec(text);
  if (nop) {
    return text.slice(nop[0].length).trim();
  }
  const run = /^(?:RUN\s+)?(?:\|\d+\s[\s\S]*?\s)?\/bin\/(?:ba)?sh -c\s+/.exec(text);
  return run ? `RUN ${text.slice(run[0].length).trim()}` : text;
}
