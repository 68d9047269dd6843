import assert from "node:assert/strict";
import { test } from "node:test";
import { TextStepDecoder } from "./buildTextSteps.ts";

// The text is that of Podman 4.3.1.

test("a build of two stages is read as its steps, with what came from the cache", () => {
  const decoder = new TextStepDecoder();
  const events = [
    "[1/2] STEP 1/2: FROM docker.io/library/busybox:local AS a\n",
    "[1/2] STEP 2/2: RUN echo hi; echo err >&2\n",
    "err\n",
    "hi\n",
    "--> 44e5563bfe2\n",
    "[2/2] STEP 1/2: FROM docker.io/library/busybox:local\n",
    "[2/2] STEP 2/2: COPY --from=a /y /y\n",
    "--> Using cache 26b4577af103b93e0add7e6f42eb289c0703f7ac45147f959d4d80762a475442\n",
    "[2/2] COMMIT\n",
    "--> 26b4577af10\n",
    "7ae462d579ea93f6922bf3eb4ec3639fb16aae500aff5e774fef2300018f450a\n",
  ].flatMap((text) => decoder.decode(text));
  assert.deepEqual(
    decoder.steps.map(({ name, state }) => `${state} ${name}`),
    [
      "done [stage-0 1/2] FROM docker.io/library/busybox:local AS a",
      "done [stage-0 2/2] RUN echo hi; echo err >&2",
      "done [stage-1 1/2] FROM docker.io/library/busybox:local",
      "cached [stage-1 2/2] COPY --from=a /y /y",
    ],
  );
  assert.deepEqual(
    events.flatMap((event) => (event.type === "log" ? [event.text] : [])),
    ["err\n", "hi\n"],
  );
  assert.deepEqual(decoder.end({ state: "cancelled" }), []);
});

test("the step under way is the one that failed", () => {
  const decoder = new TextStepDecoder();
  decoder.decode("STEP 1/2: FROM x\nSTEP 2/2: RUN exit 3\nno line feed");
  const events = decoder.end({ state: "failed", error: "exit status 3" });
  assert.deepEqual(
    events.map(({ type }) => type),
    ["log", "step"],
  );
  assert.deepEqual(
    decoder.steps.map(({ name, state }) => `${state} ${name}`),
    ["done [1/2] FROM x", "failed [2/2] RUN exit 3"],
  );
});

test("the classic builder of Docker reads alike", () => {
  const decoder = new TextStepDecoder();
  decoder.decode(
    "Step 1/2 : FROM x\n ---> 0123456789ab\nStep 2/2 : RUN true\n ---> Using cache\n ---> 0123456789ab\n",
  );
  assert.deepEqual(
    decoder.steps.map(({ name, state }) => `${state} ${name}`),
    ["done [1/2] FROM x", "cached [2/2] RUN true"],
  );
});
