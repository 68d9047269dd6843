import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineError } from "./engineError.ts";
import type { EngineErrorReason } from "./engineError.ts";
import { httpError, streamedError, toEngineError } from "./toEngineError.ts";

const withCode = (code: string, message = code): Error =>
  Object.assign(new Error(message), { code });

test("the code of a failure gives its reason", () => {
  const expected: readonly (readonly [Error, EngineErrorReason])[] = [
    [withCode("ENOENT"), "unreachable"],
    [withCode("ECONNREFUSED"), "unreachable"],
    [withCode("ECONNRESET", "aborted"), "unreachable"],
    [new Error("aborted"), "unreachable"],
    [withCode("EACCES"), "no-permission"],
    [withCode("ENOTFOUND"), "bad-endpoint"],
    [withCode("ETIMEDOUT"), "timeout"],
    [withCode("DEPTH_ZERO_SELF_SIGNED_CERT"), "tls"],
    [withCode("ERR_TLS_CERT_ALTNAME_INVALID"), "tls"],
    [withCode("EPROTO"), "tls"],
    [new Error("what is this"), "engine-failed"],
  ];
  for (const [error, reason] of expected) {
    assert.equal(toEngineError(error).reason, reason, error.message);
  }
});

test("an EngineError stays the same, and after an abort everything is cancelled", () => {
  const error = new EngineError("conflict", "Taken.");
  assert.equal(toEngineError(error), error);
  assert.equal(
    toEngineError(withCode("ECONNRESET"), { signal: AbortSignal.abort() }).reason,
    "cancelled",
  );
  assert.equal(toEngineError(new DOMException("x", "AbortError")).reason, "cancelled");
});

test("the sentence names the endpoint, but never its password", () => {
  const { message } = toEngineError(withCode("ECONNREFUSED"), { url: "tcp://me:secret@host:2375" });
  assert.equal(
    message,
    "Nobody answers for the container engine at tcp://me:…@host:2375. Is the engine running?",
  );
});

test("the status of an answer gives its reason, and the engine's message becomes a sentence", () => {
  const expected: readonly (readonly [number, string, EngineErrorReason, string])[] = [
    [404, '{"message":"No such container: x"}', "not-found", "No such container: x."],
    [409, '{"message":"container is running."}', "conflict", "Container is running."],
    [
      400,
      '{"message":"client version 1.51 is too new. Maximum is 1.41"}',
      "unsupported",
      "Client version 1.51 is too new. Maximum is 1.41.",
    ],
    [
      400,
      "Client sent an HTTP request to an HTTPS server.\n",
      "tls",
      "Client sent an HTTP request to an HTTPS server.",
    ],
    [
      500,
      '{"message":"driver failed: port is already allocated"}',
      "conflict",
      "Driver failed: port is already allocated.",
    ],
    [
      500,
      "<html>Bad gateway</html>",
      "engine-failed",
      "The container engine answered with HTTP status 500.",
    ],
    [
      403,
      '{"message":"error while removing network: network a id b has active endpoints"}',
      "conflict",
      "Error while removing network: network a id b has active endpoints.",
    ],
    [403, "Forbidden", "unauthorized", "Forbidden."],
    [401, "", "unauthorized", "The container engine answered with HTTP status 401."],
  ];
  for (const [status, body, reason, message] of expected) {
    const error = httpError(status, body);
    assert.deepEqual([error.reason, error.message, error.status], [reason, message, status]);
  }
});

test("a failure inside of a stream is told apart by its words", () => {
  assert.equal(streamedError("unauthorized: authentication required").reason, "unauthorized");
  assert.equal(streamedError("manifest for a:1 not found: manifest unknown").reason, "not-found");
  assert.equal(streamedError("disk full").reason, "engine-failed");
});
