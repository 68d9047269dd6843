import assert from "node:assert/strict";
import { test } from "node:test";
import { EngineError } from "../engineError.ts";
import { writeFields } from "../protobuf.ts";
import { proveHarmless } from "./dryRun.ts";
import { Llb } from "./llb.ts";

/** A builder that answers the trial so, and puts this out while it does. */
function builder(
  answer: EngineError | undefined,
  output: string,
): Parameters<typeof proveHarmless>[0] {
  const command = writeFields([[2, writeFields([[1, writeFields([[1, "/no-such-command"]])]])]]);
  return {
    graph: () => Promise.resolve(Llb.read(writeFields([[1, command]]))),
    solve: () => (answer === undefined ? Promise.resolve() : Promise.reject(answer)),
    step: () => undefined,
    until: () => Promise.resolve(),
    output: () => output,
  };
}

const exit = new EngineError(
  "engine-failed",
  "process did not complete successfully: exit code: 1",
);

test("an engine that refuses to start the command is asked", async () => {
  const words = `environment variable value can't contain null(\\x00): "HTTP_PROXY=\\x00slipway-dry-run"`;
  await proveHarmless(builder(exit, words), {});
});

test("an engine that would start the command is never asked", async () => {
  for (const [answer, output] of [
    // It cuts the setting at the NUL character and starts what follows.
    [undefined, ""],
    [exit, "exec: /no-such-command: no such file or directory"],
    [exit, "null"],
    [exit, "slipway-dry-run"],
    [exit, ""],
    [new EngineError("engine-failed", "no space left on device"), ""],
  ] as const) {
    await assert.rejects(proveHarmless(builder(answer, output), {}), { reason: "unsupported" });
  }
});

test("an engine that goes away while it is tried has proven nothing", async () => {
  const lost = new EngineError("unreachable", "The connection was lost.");
  await assert.rejects(proveHarmless(builder(lost, ""), {}), { reason: "unreachable" });
});
