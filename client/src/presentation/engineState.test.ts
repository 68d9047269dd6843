import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Endpoint } from "../engine/endpoint.ts";
import type { EngineState } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { endpointLabel, engineKey, withoutPassword } from "./engineState.ts";
import { inEnglish } from "./localize.ts";

const error = new EngineError("unreachable", "Nobody listens.");

suite("engineKey", () => {
  test("an unavailable engine is known by its diagnosis", () => {
    assert.equal(
      engineKey({ kind: "unavailable", error, diagnosis: "no-permission" }, "connecting"),
      "no-permission",
    );
  });

  test("the reason stays while it is tried again", () => {
    assert.equal(engineKey({ kind: "connecting" }, "not-running"), "not-running");
    assert.equal(engineKey({ kind: "connecting" }, "idle"), "connecting");
  });

  test("a ready engine forgets the reason", () => {
    const version = {
      version: "28",
      apiVersion: "1.51",
      operatingSystem: "linux",
      architecture: "amd64",
    };
    assert.equal(engineKey({ kind: "ready", version }, "not-running"), "ready");
  });
});

suite("endpointLabel", () => {
  const url = "tcp://me:secret@host:2376";
  const socket = "unix:///var/run/docker.sock";
  const idle = { kind: "idle" } as const;

  function label(endpoint: Endpoint, state: EngineState = idle): string {
    return endpointLabel(endpoint, state, inEnglish);
  }

  test("the machine's own engine needs no label", () => {
    assert.equal(label({ url: socket, source: "wellKnownSocket" }), "");
    assert.equal(label({ url, source: "currentContext", context: "default" }), "");
  });

  test("another engine is named by its context or its address", () => {
    assert.equal(label({ url, source: "currentContext", context: "build" }), "build");
    assert.equal(label({ url, source: "DOCKER_HOST" }), "tcp://me@host:2376");
    assert.equal(label({ url: socket, source: "DOCKER_HOST" }), "DOCKER_HOST");
    assert.equal(label({ url, source: "setting" }), "tcp://me@host:2376");
  });

  test("an engine that does not answer is named with its whole address", () => {
    const away = { kind: "unavailable", error, diagnosis: "not-running" } as const;
    assert.equal(label({ url: socket, source: "wellKnownSocket" }, away), socket);
    assert.equal(
      label({ url, source: "currentContext", context: "build" }, away),
      "build: tcp://me@host:2376",
    );
  });
});

test("a password in an address is not shown", () => {
  assert.equal(withoutPassword("ssh://me:secret@host"), "ssh://me@host");
  assert.equal(withoutPassword("tcp://host:2376"), "tcp://host:2376");
  assert.equal(withoutPassword("unix:///run/a@b:c.sock"), "unix:///run/a@b:c.sock");
});
