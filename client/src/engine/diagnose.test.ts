import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose } from "./diagnose.ts";
import type { Endpoint } from "./endpoint.ts";
import { EngineError } from "./engineError.ts";
import { type Imagined, imaginaryMachine } from "./imaginaryMachine.ts";
import { sshFailure } from "./sshFailure.ts";

const unreachable = new EngineError("unreachable", "Nobody there.");
const defaultSocket: Endpoint = { url: "unix:///var/run/docker.sock", source: "wellKnownSocket" };
const ask = (imagined: Imagined, endpoint = defaultSocket, error = unreachable) =>
  diagnose(endpoint, error, imaginaryMachine(imagined));

test("a socket that nobody serves any more is told from one that is not there", async () => {
  assert.equal(await ask({ sockets: { "/var/run/docker.sock": "silent" } }), "stale-socket");
});

test("a context that leads nowhere is the wrong one where this machine's own engine answers", async () => {
  const far: Endpoint = { url: "tcp://far:2375", source: "currentContext", context: "far" };
  const sockets = { "/var/run/docker.sock": "listening" } as const;
  assert.equal(await ask({ sockets }, far), "wrong-context");
  assert.equal(await ask({}, far), "not-running");
  assert.equal(await ask({ sockets }, { url: far.url, source: "DOCKER_HOST" }), "not-running");
});

test("a host whose name means nothing, and what ssh says, have their own remedies", async () => {
  const tcp: Endpoint = { url: "tcp://nowhere:2375", source: "setting" };
  const lookup = new EngineError("bad-endpoint", "getaddrinfo ENOTFOUND nowhere");
  assert.equal(await ask({}, tcp, lookup), "unknown-host");
  const ssh: Endpoint = { url: "ssh://me@far", source: "setting" };
  for (const [complaint, diagnosis] of [
    ["No ED25519 host key is known for far.\nHost key verification failed.", "ssh-unknown-key"],
    ["@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @", "ssh-changed-key"],
    ["me@far: Permission denied (publickey).", "ssh-login"],
    ["ssh: Could not resolve hostname far: Name or service not known", "unknown-host"],
    ["ssh: connect to host far port 22: Connection refused", "not-running"],
  ] as const) {
    assert.equal(await ask({}, ssh, sshFailure("far", 255, complaint)), diagnosis, complaint);
  }
  const missing = sshFailure("far", 127, "sh: docker: not found");
  assert.equal(await ask({}, ssh, missing), "ssh-no-docker");
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
