import type { Container, Image } from "../engine/engine.ts";

/** A running container for tests to vary. */
export function sampleContainer(values: Partial<Container> = {}): Container {
  return {
    kind: "container",
    id: "4f1c0ffee4f1c0ffee4f1c0ffee4f1c0ffee4f1c0ffee4f1c0ffee4f1c0ffee0",
    name: "web",
    image: "shop:latest",
    imageId: "sha256:aaaaaaaaaaaabbbb",
    command: "node server.js",
    createdAt: Date.UTC(2026, 0, 1),
    state: "running",
    health: "none",
    status: "Up 3 minutes",
    ports: [],
    labels: {},
    ...values,
  };
}

/** An image for tests to vary. */
export function sampleImage(values: Partial<Image> = {}): Image {
  return {
    kind: "image",
    id: "sha256:aaaaaaaaaaaabbbb",
    references: ["shop:latest"],
    digests: [],
    createdAt: Date.UTC(2026, 0, 1),
    size: 84_200_000,
    labels: {},
    ...values,
  };
}
