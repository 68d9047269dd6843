import type { Container, Image, Network, Volume } from "../engine/engine.ts";

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
    volumes: [],
    networks: [],
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

/** A volume for tests to vary. */
export function sampleVolume(values: Partial<Volume> = {}): Volume {
  const name = values.name ?? "data";
  return {
    kind: "volume",
    id: name,
    name,
    driver: "local",
    scope: "local",
    mountpoint: `/var/lib/docker/volumes/${name}/_data`,
    createdAt: Date.UTC(2026, 0, 1),
    anonymous: false,
    labels: {},
    options: {},
    ...values,
  };
}

/** A network for tests to vary. */
export function sampleNetwork(values: Partial<Network> = {}): Network {
  return {
    kind: "network",
    id: "5e7c0ffee5e7c0ffee5e7c0ffee5e7c0ffee5e7c0ffee5e7c0ffee5e7c0ffee0",
    name: "shop_default",
    driver: "bridge",
    scope: "local",
    createdAt: Date.UTC(2026, 0, 1),
    builtIn: false,
    internal: false,
    ingress: false,
    subnets: ["172.18.0.0/16"],
    labels: {},
    ...values,
  };
}
