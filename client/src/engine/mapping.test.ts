import assert from "node:assert/strict";
import type { ContainerInfo, ImageInfo } from "dockerode";
import { test } from "node:test";
import { EngineError } from "./engineError.ts";
import { parseImageName } from "./imageName.ts";
import { parsePortBindings } from "./portBindings.ts";
import { prunableRecords } from "./prune.ts";
import type { CacheRecord } from "./prune.ts";
import { toContainer } from "./toContainer.ts";
import { toImage } from "./toImage.ts";
import { toNetwork } from "./toNetwork.ts";
import { toVolume } from "./toVolume.ts";
import { TransferCounter } from "./transferProgress.ts";

test("a container is told in our words", () => {
  const entry = {
    Id: "abc",
    Names: ["/web/db", "/db"],
    Image: "postgres:16",
    ImageID: "sha256:1",
    Command: "postgres",
    Created: 1_700_000_000,
    State: "running",
    Status: "Up 3 minutes (health: starting)",
    Ports: [
      { IP: "0.0.0.0", PrivatePort: 5432, PublicPort: 15432, Type: "tcp" },
      { PrivatePort: 80, Type: "tcp" },
    ],
    Labels: { "com.docker.compose.project": "shop", "com.docker.compose.service": "db" },
    Mounts: [
      { Type: "volume", Name: "data", Destination: "/data" },
      { Type: "volume", Name: "data", Destination: "/again" },
      { Type: "bind", Source: "/etc", Destination: "/host" },
    ],
    NetworkSettings: { Networks: { shop_default: {}, back: {} } },
  } as unknown as ContainerInfo;
  assert.deepEqual(toContainer(entry), {
    kind: "container",
    id: "abc",
    name: "db",
    image: "postgres:16",
    imageId: "sha256:1",
    command: "postgres",
    createdAt: 1_700_000_000_000,
    state: "running",
    health: "starting",
    status: "Up 3 minutes (health: starting)",
    ports: [
      { ip: "0.0.0.0", publicPort: 15432, privatePort: 5432, protocol: "tcp" },
      { privatePort: 80, protocol: "tcp" },
    ],
    labels: entry.Labels,
    volumes: ["data"],
    networks: ["back", "shop_default"],
    composeProject: "shop",
    composeService: "db",
  });
});

test("what an engine leaves out of a container is empty, and Podman's words are known", () => {
  const container = toContainer({
    Id: "0123456789abcdef",
    State: "configured",
    Ports: null,
  } as unknown as ContainerInfo);
  assert.equal(container.name, "0123456789ab");
  assert.equal(container.state, "created");
  assert.deepEqual(container.ports, []);
});

test("an image without a name has no references, however the engine writes that", () => {
  const entry = {
    Id: "sha256:1",
    Created: 1,
    Size: 2,
    Labels: null,
    RepoTags: ["<none>:<none>"],
    RepoDigests: null,
  };
  assert.deepEqual(toImage(entry as unknown as ImageInfo), {
    kind: "image",
    id: "sha256:1",
    references: [],
    digests: [],
    createdAt: 1000,
    size: 2,
    labels: {},
  });
});

const bindings = (...ports: string[]) => parsePortBindings(ports).bindings;

test("ports are read as docker run takes them", () => {
  assert.deepEqual(bindings("8080:80"), { "80/tcp": [{ HostIp: "", HostPort: "8080" }] });
  assert.deepEqual(bindings("80"), { "80/tcp": [{ HostIp: "", HostPort: "" }] });
  assert.deepEqual(bindings("127.0.0.1:8080:80/UDP"), {
    "80/udp": [{ HostIp: "127.0.0.1", HostPort: "8080" }],
  });
  assert.deepEqual(bindings("[::1]::80"), { "80/tcp": [{ HostIp: "::1", HostPort: "" }] });
  assert.deepEqual(bindings("8000-8001:80-81", "9000:80"), {
    "80/tcp": [
      { HostIp: "", HostPort: "8000" },
      { HostIp: "", HostPort: "9000" },
    ],
    "81/tcp": [{ HostIp: "", HostPort: "8001" }],
  });
  assert.deepEqual(bindings("8000-8010:80"), { "80/tcp": [{ HostIp: "", HostPort: "8000-8010" }] });
});

test("ports that make no sense are a bad request", () => {
  for (const port of [
    "",
    "a",
    "80:a",
    "70000:80",
    "8000-8002:80-81",
    "1:2:3:4",
    "80/http",
    "82-80",
  ]) {
    assert.throws(
      () => parsePortBindings([port]),
      (error) => error instanceof EngineError && error.reason === "bad-request",
      port,
    );
  }
});

const parts = (reference: string) => Object.values(parseImageName(reference)).join(" ");

test("image names are taken apart with the registry that they mean", () => {
  assert.equal(parts("node"), "node latest docker.io");
  assert.equal(parts("library/node:22"), "library/node 22 docker.io");
  assert.equal(parts("localhost:5000/app"), "localhost:5000/app latest localhost:5000");
  assert.equal(parts("ghcr.io/a/b:1@sha256:ff"), "ghcr.io/a/b sha256:ff ghcr.io");
  assert.throws(() => parseImageName("  "), EngineError);
});

test("the progress of a pull adds up over its layers", () => {
  const counter = new TransferCounter();
  const add = (status: string, id?: string, progressDetail?: object) =>
    counter.add({ status, id, progressDetail });
  assert.equal(add("Pulling from library/node", "22")?.layers, 0);
  add("Already exists", "a");
  add("Pulling fs layer", "b");
  add("Downloading", "b", { current: 30, total: 100 });
  assert.deepEqual(add("Downloading", "c", { current: 5, total: 50 }), {
    layers: 3,
    layersDone: 1,
    current: 35,
    total: 150,
    status: "c: Downloading",
  });
  add("Extracting", "b", { current: 1, total: 100 });
  add("Pull complete", "b", {});
  assert.deepEqual(add("Download complete", "c", {}), {
    layers: 3,
    layersDone: 2,
    current: 150,
    total: 150,
    status: "c: Download complete",
  });
  assert.equal(add("Status: Downloaded newer image")?.layersDone, 2);
  assert.equal(counter.add({ aux: {} }), undefined);
});

const record = (id: string, changes: Partial<CacheRecord> = {}): CacheRecord => ({
  id,
  parents: [],
  type: "regular",
  description: id,
  inUse: false,
  shared: false,
  bytes: 10,
  ...changes,
});

test("prune spares cache that is in use, shared or the builder's own, and what it is built on", () => {
  const records = [
    record("base"),
    record("child", { parents: ["base"], shared: true }),
    record("leaf", { parents: ["base"] }),
    record("own", { type: "internal" }),
    record("used", { inUse: true, parents: ["under"] }),
    record("under"),
  ];
  const ids = (all: boolean) =>
    prunableRecords(records, { all }).map(({ id, bytes }) => `${id} ${bytes}`);
  assert.deepEqual(ids(false), ["leaf 10"]);
  assert.deepEqual(ids(true), ["base 10", "child 0", "leaf 10", "own 10"]);
});

test("a volume is told in our words, and an anonymous one is known by its label or its name", () => {
  assert.deepEqual(
    toVolume({
      Name: "data",
      Driver: "local",
      Scope: "local",
      Mountpoint: "/var/lib/docker/volumes/data/_data",
      CreatedAt: "2026-01-01T00:00:00Z",
      Labels: null,
      Options: { type: "nfs" },
    }),
    {
      kind: "volume",
      id: "data",
      name: "data",
      driver: "local",
      scope: "local",
      mountpoint: "/var/lib/docker/volumes/data/_data",
      createdAt: Date.UTC(2026, 0, 1),
      anonymous: false,
      labels: {},
      options: { type: "nfs" },
    },
  );
  assert.ok(toVolume({ Name: "ab".repeat(32) }).anonymous);
  assert.ok(toVolume({ Name: "x", Labels: { "com.docker.volume.anonymous": "" } }).anonymous);
});

test("a network is told in our words, and the engine's own ones are known", () => {
  const network = toNetwork({
    Id: "n1",
    Name: "shop_default",
    Driver: "bridge",
    Scope: "local",
    Created: "2026-01-01T00:00:00.123456789+01:00",
    Internal: true,
    Ingress: false,
    IPAM: { Config: [{ Subnet: "172.18.0.0/16", Gateway: "172.18.0.1" }, {}] },
    Labels: { a: "b" },
  });
  assert.deepEqual(network, {
    kind: "network",
    id: "n1",
    name: "shop_default",
    driver: "bridge",
    scope: "local",
    createdAt: Date.UTC(2025, 11, 31, 23, 0, 0, 123),
    builtIn: false,
    internal: true,
    ingress: false,
    subnets: ["172.18.0.0/16"],
    labels: { a: "b" },
  });
  assert.deepEqual(
    ["bridge", "host", "none", "podman", "nat", "bridges"].map(
      (Name) => toNetwork({ Name, Driver: "bridge", IPAM: { Config: null } }).builtIn,
    ),
    [true, true, true, true, false, false],
  );
});
