import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuildStep } from "./build.ts";
import { joinLayerBytes } from "./buildLayerBytes.ts";
import type { CacheRecord } from "./buildLayerBytes.ts";

test("layers of the image are joined by their text, with and without build arguments and flags", () => {
  const steps = [
    step("a", "[build 2/4] RUN make && make check"),
    step("b", "[stage-1 2/4] RUN npm ci"),
    step("c", "[stage-1 3/4] COPY --from=build --chown=1:1 /app /app"),
    step("d", "[stage-1 4/4] WORKDIR /app"),
  ];
  const history = [
    { createdBy: "WORKDIR /app # buildkit", size: 0 },
    { createdBy: "COPY /app /app # buildkit", size: 766 },
    { createdBy: "RUN |2 A=1 B=x y /bin/sh -c npm ci # buildkit", size: 5 },
  ];
  assert.deepEqual(
    [...joinLayerBytes(steps, history, [])],
    [
      ["b", 5],
      ["c", 766],
      ["d", 0],
    ],
  );
});

test("what is not in the image is looked up among the records of the build cache", () => {
  const steps = [
    step("a", "[build 2/3] RUN make"),
    step("b", "[build 3/3] COPY . .", { state: "cached" }),
  ];
  const records = [
    record("mount / from exec /bin/sh -c make", 526),
    record("[build 3/3] COPY . .", 240, { createdAt: 10, lastUsedAt: 101_000 }),
  ];
  assert.deepEqual(
    [...joinLayerBytes(steps, [], records)],
    [
      ["a", 526],
      ["b", 240],
    ],
  );
});

test("a record of another build is not taken for that of this one", () => {
  const old = record("mount / from exec /bin/sh -c make", 9, { createdAt: 10, lastUsedAt: 20 });
  assert.equal(joinLayerBytes([step("a", "[1/1] RUN make")], [], [old]).size, 0);
});

test("what is ambiguous is left out", () => {
  const twice = [step("a", "[a 2/2] RUN make"), step("b", "[b 2/2] RUN make")];
  const layer = { createdBy: "RUN /bin/sh -c make # buildkit", size: 1 };
  assert.equal(joinLayerBytes(twice, [layer], []).size, 0);
  const once = [step("a", "[2/2] RUN make")];
  const records = [1, 2].map((size) => record("mount / from exec /bin/sh -c make", size));
  assert.equal(joinLayerBytes(once, [], records).size, 0);
});

test("work of the builder itself has no layer", () => {
  const steps = [
    step("a", "[internal] load build context"),
    step("b", "[1/2] FROM docker.io/library/busybox"),
  ];
  assert.equal(joinLayerBytes(steps, [], [record("[internal] load build context", 7)]).size, 0);
});

function step(digest: string, name: string, more: Partial<BuildStep> = {}): BuildStep {
  return { digest, name, state: "done", startedAt: 100_000, completedAt: 102_000, ...more };
}

function record(description: string, size: number, more: Partial<CacheRecord> = {}): CacheRecord {
  const id = `${description} ${size}`;
  return { id, description, size, createdAt: 101_000, lastUsedAt: 101_500, ...more };
}
