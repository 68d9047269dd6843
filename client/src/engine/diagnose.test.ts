import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose } from "./diagnose.ts";
import type { Endpoint } from "./endpoint.ts";
import { EngineError } from "./engineError.ts";
import { type Imagined, imaginaryMachine } from "./imaginaryMachine.ts";

const unreachable = new EngineError("unreachable", "Nobody there.");
const defaultSocket: Endpoint = { url: "unix:///var/run/docker.sock", source: "wellKnownSocket" };
const ask = (imagined: Imagined, endpoint = defaultSocket, error = unreachable) =>
  diagnose(endpoint, error, imaginaryMachine(imagined));

test("a socket that nobody serves is an engine that does not run", async () => {
  assert.equal(await ask({ sockets: { "/var/run/docker.sock": "silent" } }), "not-running");
});

test("without a socket the programs tell whether an engine is installed", async () => {
  assert.equal(await ask({ programs: ["podman"] }), "not-running");
  assert.equal(await ask({ files: { "/usr/sbin/dockerd": "" } }), "not-running");
  assert.equal(await ask({}), "not-installed");
});

test("an address that leads into no folder is a wrong address", async () => {
  const chosen: Endpoint = { url: "unix:///no/such/docker.sock", source: "DOCKER_HOST" };
  assert.equal(await ask({ programs: ["docker"] }, chosen), "bad-endpoint");
});

test("what the failure says itself is not doubted", async () => {
  for (const reason of ["no-permission", "bad-endpoint", "tls"] as const) {
    assert.equal(await ask({}, defaultSocket, new EngineError(reason, "x")), reason);
  }
  assert.equal(await ask({}, defaultSocket, new EngineError("engine-failed", "x")), "unknown");
});

test("a host that refuses is an engine that does not run", async () => {
  assert.equal(await ask({}, { url: "tcp://host:2375", source: "setting" }), "not-running");
});
