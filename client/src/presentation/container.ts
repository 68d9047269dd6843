import type { Container } from "../engine/engine.ts";
import type { Localize } from "./localize.ts";
import { escapeMarkdown, inlineCode } from "./markdown.ts";
import { browsablePorts, formatPorts } from "./ports.ts";
import type { RowIcon, TreeRow } from "./treeRow.ts";
import { formatAge } from "./units.ts";

/** Every flag that the context value of a container can carry; menus may ask for nothing else. */
export const containerFlags = [
  "container",
  "created",
  "running",
  "paused",
  "restarting",
  "removing",
  "exited",
  "dead",
  "compose",
  "ports",
] as const;

/** The row of a container; `label` is its name, or within its Compose project its service. */
export function presentContainer(
  container: Container,
  options: { readonly label: string; readonly now: number; readonly localize: Localize },
): TreeRow {
  const { label, now, localize } = options;
  const ports = formatPorts(container.ports);
  const state = stateText(container, localize);
  const age = formatAge(container.createdAt, now, localize);
  const remark = isWorthAWord(container) ? state : "";
  const parts = [remark, ports, shortImage(container.image), age];
  return {
    label,
    description: parts.filter((part) => part !== "").join(" · "),
    icon: containerIcon(container),
    contextValue: contextValue(container),
    accessibilityLabel: [
      localize("Container {0}", container.name),
      state,
      localize("image {0}", container.image),
      ...(ports === "" ? [] : [localize("ports {0}", ports)]),
    ].join(", "),
  };
}

/** Details of a container in Markdown. */
export function containerTooltip(container: Container, localize: Localize): string {
  const rows: [string, string][] = [
    [localize("Status"), escapeMarkdown(container.status || stateText(container, localize))],
    [localize("Image"), inlineCode(container.image)],
    [localize("Command"), inlineCode(shorten(container.command))],
    [localize("Created"), escapeMarkdown(new Date(container.createdAt).toLocaleString())],
  ];
  const ports = formatPorts(container.ports);
  if (ports !== "") {
    rows.push([localize("Ports"), escapeMarkdown(ports)]);
  }
  if (container.composeProject !== undefined) {
    const service = container.composeService ?? container.name;
    rows.push([localize("Compose"), escapeMarkdown(`${container.composeProject} / ${service}`)]);
  }
  rows.push([localize("ID"), inlineCode(container.id.slice(0, 12))]);
  return [
    `**${escapeMarkdown(container.name)}**`,
    ...rows.map(([name, value]) => `${name}: ${value}`),
  ].join("  \n");
}

/** The state in words; running containers are told by their health where they have one. */
export function stateText(container: Container, localize: Localize): string {
  switch (container.state) {
    case "running":
      switch (container.health) {
        case "unhealthy":
          return localize("unhealthy");
        case "starting":
          return localize("starting");
        case "healthy":
          return localize("running, healthy");
        case "none":
          return localize("running");
      }
    // falls through: the inner switch is exhaustive.
    case "created":
      return localize("created");
    case "paused":
      return localize("paused");
    case "restarting":
      return localize("restarting");
    case "removing":
      return localize("removing");
    case "exited": {
      const code = exitCode(container);
      return code === undefined ? localize("exited") : localize("exited ({0})", code);
    }
    case "dead":
      return localize("dead");
  }
}

/** From the engine's words, `Exited (137) 3 minutes ago`: the list has the exit code nowhere else. */
export function exitCode(container: Container): number | undefined {
  const match = /^Exited \((\d+)\)/.exec(container.status);
  return match ? Number(match[1]) : undefined;
}

/** An icon's shape and color tell nothing more of these. */
function isWorthAWord(container: Container): boolean {
  switch (container.state) {
    case "running":
      return container.health === "unhealthy" || container.health === "starting";
    case "exited":
      return (exitCode(container) ?? 0) !== 0;
    case "created":
    case "paused":
    case "restarting":
    case "removing":
    case "dead":
      return true;
  }
}

function containerIcon({ state, health }: Container): RowIcon {
  switch (state) {
    case "running":
      return health === "unhealthy"
        ? { id: "circle-filled", color: "problemsErrorIcon.foreground" }
        : health === "starting"
          ? { id: "circle-filled", color: "problemsWarningIcon.foreground" }
          : { id: "circle-filled", color: "testing.iconPassed" };
    case "paused":
      return { id: "debug-pause", color: "problemsWarningIcon.foreground" };
    case "restarting":
    case "removing":
      return { id: "sync" };
    case "created":
    case "exited":
      return { id: "circle-outline", color: "disabledForeground" };
    case "dead":
      return { id: "error", color: "problemsErrorIcon.foreground" };
  }
}

function contextValue(container: Container): string {
  return [
    "container",
    container.state,
    ...(container.composeProject === undefined ? [] : ["compose"]),
    ...(browsablePorts(container.ports).length > 0 ? ["ports"] : []),
  ].join(";");
}

/** Without the digest, which nobody reads: `node@sha256:…` is `node`, `sha256:…` its first twelve digits. */
function shortImage(image: string): string {
  if (/^sha256:[0-9a-f]{12}/.test(image)) {
    return image.slice("sha256:".length, "sha256:".length + 12);
  }
  return image.replace(/@sha256:[0-9a-f]+$/, "");
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
