import type { Container, ContainerState } from "../engine/engine.ts";
import { imageNameParts } from "./imageNameParts.ts";
import { isWorthAWord, stateText } from "./containerState.ts";
import { formatPorts } from "./ports.ts";
import type { Property } from "./property.ts";
import { formatAge } from "./units.ts";

export const containerPropertyNames = [
  "name",
  "id",
  "project",
  "service",
  "image",
  "repository",
  "registry",
  "tag",
  "state",
  "remark",
  "ports",
  "networks",
  "volumes",
  "created",
] as const;

export type ContainerProperty = (typeof containerPropertyNames)[number];

/** The state is in the icon, but for what an icon cannot tell. */
export const defaultContainerDescription: readonly ContainerProperty[] = [
  "remark",
  "ports",
  "image",
  "created",
];

/** Everything that is said of containers beside their names. */
export const containerProperties: Readonly<Record<ContainerProperty, Property<Container>>> = {
  name: { text: ({ name }) => name },
  id: { text: ({ id }) => id.slice(0, 12) },
  project: { text: ({ composeProject }) => composeProject ?? "" },
  service: { text: ({ composeService }) => composeService ?? "" },
  image: { text: ({ image }) => shortImage(image) },
  repository: { text: ({ image }) => imageNameParts(image).repository },
  registry: { text: ({ image }) => imageNameParts(image).registry },
  tag: { text: ({ image }) => imageNameParts(image).tag },
  state: {
    text: (container, { localize }) =>
      stateText({ ...container, health: "none", status: "" }, localize),
    order: ({ state }) => stateOrder.indexOf(state),
  },
  remark: {
    text: (container, { localize }) =>
      isWorthAWord(container) ? stateText(container, localize) : "",
  },
  ports: { text: ({ ports }) => formatPorts(ports) },
  networks: { text: ({ networks }) => networks.join(", ") },
  volumes: { text: ({ volumes }) => volumes.join(", ") },
  created: {
    text: ({ createdAt }, { now, localize }) => formatAge(createdAt, now, localize),
    order: ({ createdAt }) => -createdAt,
  },
};

/** Without the digest, which nobody reads: `node@sha256:…` is `node`, `sha256:…` its first twelve digits. */
function shortImage(image: string): string {
  if (/^sha256:[0-9a-f]{12}/.test(image)) {
    return image.slice("sha256:".length, "sha256:".length + 12);
  }
  return image.replace(/@sha256:[0-9a-f]+$/, "");
}

/** What runs comes first. */
const stateOrder: readonly ContainerState[] = [
  "running",
  "restarting",
  "paused",
  "created",
  "exited",
  "dead",
  "removing",
];

/** The value of one label. */
export function labelProperty(label: string): Property<{ readonly labels: Container["labels"] }> {
  return { text: ({ labels }) => labels[label] ?? "" };
}
