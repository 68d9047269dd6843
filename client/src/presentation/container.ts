import type { Container } from "../engine/engine.ts";
import {
  containerProperties,
  type ContainerProperty,
  defaultContainerDescription,
} from "./containerProperties.ts";
import { stateText } from "./containerState.ts";
import type { Localize } from "./localize.ts";
import { escapeMarkdown, inlineCode } from "./markdown.ts";
import { browsablePorts, formatPorts } from "./ports.ts";
import { describeObject } from "./property.ts";
import type { RowIcon, TreeRow } from "./treeRow.ts";

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
  options: {
    readonly label: string;
    readonly now: number;
    readonly localize: Localize;
    /** What the description says, in this order. */
    readonly description?: readonly ContainerProperty[];
  },
): TreeRow {
  const { label, localize, description = defaultContainerDescription } = options;
  const ports = formatPorts(container.ports);
  const state = stateText(container, localize);
  return {
    label,
    description: describeObject(
      container,
      description.map((name) => containerProperties[name]),
      options,
    ),
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

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
