import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuildStep } from "./build.ts";
import { BuildFailure, describeFailure, StepOutput } from "./buildFailure.ts";
import type { FailureDetails } from "./buildFailure.ts";

// The messages are those of Docker 28.5.2 and of 20.10.24.

test("a failing RUN names the step, the exit code, the line and the end of its output", () => {
  const output = new StepOutput();
  for (let line = 1; line <= 50; line += 1) {
    output.add({ type: "log", digest: "sha256:a", stream: "stdout", text: `line ${line}\n` });
  }
  output.add({ type: "log", digest: "sha256:a", stream: "stderr", text: "10 %\r100 %\r\nlast" });
  const said = 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 3';
  const steps = [failed("[2/3] RUN npm ci", said)];
  const failure = describeFailure(said, steps, output, "FROM x\nRUN npm ci\n");
  assert.ok(failure instanceof BuildFailure);
  assert.equal(failure.reason, "build-failed");
  assert.equal(failure.message, "The step “[2/3] RUN npm ci” failed with exit code 3.");
  assert.deepEqual(failure.details.step, { digest: "sha256:a", name: "[2/3] RUN npm ci" });
  assert.equal(failure.details.exitCode, 3);
  assert.equal(failure.details.dockerfileLine, 2);
  assert.equal(failure.details.output.length, 40);
  assert.deepEqual(failure.details.output.slice(-3), ["line 50", "100 %", "last"]);
});

test("a syntax error names its line, in the words of a new and an old BuildKit", () => {
  for (const said of [
    "dockerfile parse error on line 3: unknown instruction: RUNN (did you mean RUN?)",
    "failed to solve with frontend dockerfile.v0: failed to create LLB definition: dockerfile parse error line 3: unknown instruction: RUNN",
  ]) {
    const { message, details } = describe(said);
    assert.match(message, /^Line 3 of the Dockerfile: unknown instruction: RUNN/);
    assert.equal(details.dockerfileLine, 3);
    assert.equal(details.step, undefined);
  }
});

test("a file of the context that cannot be read is named, with what to do", () => {
  const said =
    "failed to solve: error from sender: EACCES: permission denied, open '/shop/it's.key'";
  assert.equal(
    describe(said, failed("[internal] load build context", said)).message,
    "“/shop/it's.key” of the build context cannot be read (EACCES: permission denied). Change its permissions, or leave it out by the ignore file.",
  );
});

test("a missing secret or SSH agent is named, in the words of a new and an old BuildKit", () => {
  const mounts = "RUN --mount=type=secret,id=npm,required=true true";
  for (const said of ["secret npm: not found", "secret npm not found: not found"]) {
    const { message } = describe(`failed to solve: ${said}`, failed(`[2/2] ${mounts}`, said));
    assert.equal(
      message,
      `The step “[2/2] ${mounts}” needs the secret “npm”, which the build was not given.`,
    );
  }
  const said = 'no SSH key "" forwarded from the client';
  assert.equal(
    describe(`failed to solve: ${said}`, failed("[2/2] RUN --mount=type=ssh true", said)).message,
    "The step “[2/2] RUN --mount=type=ssh true” needs the SSH agent “default”, which the build was not given.",
  );
});

test("a missing source of COPY is named, in the words of a new and an old BuildKit", () => {
  for (const said of [
    'failed to compute cache key: failed to calculate checksum of ref a::b: "/nope.txt": not found',
    'failed to compute cache key: "/nope.txt" not found: not found',
  ]) {
    const step = failed("[2/2] COPY nope.txt /x", said);
    const { message, details } = describe(said, step, "FROM x\nCOPY nope.txt /x\n");
    assert.equal(
      message,
      "The step “[2/2] COPY nope.txt /x” failed: “nope.txt” is not in the build context. It is missing, or an ignore file leaves it out.",
    );
    assert.equal(details.dockerfileLine, 2);
    assert.match(
      describe(said, failed("[2/2] COPY --from=build nope.txt /x", said)).message,
      /does not exist where it copies from\.$/,
    );
  }
});

test("a frontend that cannot be fetched is told from a base image that cannot", () => {
  const lookup = 'failed to do request: Head "https://registry-1.docker.io/v2/x": no such host';
  assert.equal(
    describe(
      `failed to resolve source metadata for docker.io/docker/dockerfile:1.7: ${lookup}`,
      failed("resolve image config for docker-image://docker.io/docker/dockerfile:1.7", ""),
      "# syntax=docker/dockerfile:1.7\nFROM x\n",
    ).message,
    `The Dockerfile's “# syntax=docker/dockerfile:1.7” needs that image from its registry, and it cannot be had: ${lookup}.`,
  );
  assert.equal(
    describe(
      `nosuch:1: failed to resolve source metadata for docker.io/library/nosuch:1: ${lookup}`,
      failed("[internal] load metadata for docker.io/library/nosuch:1", ""),
      "# syntax=docker/dockerfile:1.7\nFROM nosuch:1\n",
    ).message,
    `The image docker.io/library/nosuch:1 cannot be had: ${lookup}.`,
  );
});

test("anything else is said as BuildKit says it, without its preamble", () => {
  assert.equal(
    describe(
      "failed to solve with frontend dockerfile.v0: failed to create LLB definition: the Dockerfile cannot be empty",
    ).message,
    "The Dockerfile cannot be empty.",
  );
});

test("of the steps that ended, a cancelled one is not named", () => {
  const said = 'process "/bin/sh -c false" did not complete successfully: exit code: 1';
  const cancelled: BuildStep = {
    digest: "sha256:b",
    name: "[3/3] RUN sleep 9",
    state: "cancelled",
    error: "context canceled",
  };
  const steps = [failed("[2/3] RUN false", said), cancelled];
  assert.equal(
    describeFailure(said, steps, new StepOutput(), "").details.step?.name,
    "[2/3] RUN false",
  );
});

test("a step that prints without end is kept within bounds", () => {
  const output = new StepOutput();
  for (let count = 0; count < 1_000; count += 1) {
    output.add({ type: "log", digest: "sha256:a", stream: "stdout", text: "x".repeat(1_000) });
  }
  const length = output.lastLines("sha256:a")[0]?.length ?? 0;
  assert.ok(length > 1_000 && length <= 64 * 1024, `${length} characters`);
});

function describe(
  said: string,
  step?: BuildStep,
  dockerfile = "FROM x\n",
): { readonly message: string; readonly details: FailureDetails } {
  return describeFailure(said, step === undefined ? [] : [step], new StepOutput(), dockerfile);
}

function failed(name: string, error: string): BuildStep {
  return { digest: "sha256:a", name, state: "failed", error };
}
