import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { expectedPicture, readFixture, renderMarks } from "../testing/fixture.ts";
import type { BuiltStep } from "../protocol.ts";
import { cacheHints, recordBuild } from "./cacheHints.ts";

/** The hints that the text in `after` shows when `before` was built; without `after` the same text. */
function checkHints(before: string, steps: readonly BuiltStep[], after: string): void {
  const built = parse(readFixture(before).text);
  const { record } = recordBuild(built, {
    uri: "file:///Dockerfile",
    text: built.text,
    buildArguments: {},
    steps,
    finishedAt: 0,
  });
  const { text } = readFixture(after);
  const file = parse(text);
  const range = {
    start: { line: 0, character: 0 },
    end: { line: file.lines.lineCount, character: 0 },
  };
  const marks = cacheHints(file, record, range).map(({ position, label }) => {
    const offset = file.lines.offsetAt(position);
    return { start: offset - 1, end: offset, label: typeof label === "string" ? label : "" };
  });
  assert.equal(renderMarks(text, marks), expectedPicture(after));
}

const dockerfile = `
  FROM busybox:local
  ENV A=1
  RUN a \\
    && b
  COPY x /x
  RUN c
`;

const steps: readonly BuiltStep[] = [
  { name: "[internal] load build definition", outcome: "ran", seconds: 1 },
  { name: "[1/4] FROM docker.io/library/busybox:local", outcome: "cached" },
  { name: "[2/4] RUN a && b", outcome: "cached", bytes: 12_400_000 },
  { name: "[3/4] COPY x /x", outcome: "ran", seconds: 1.84, bytes: 999 },
  { name: "[4/4] RUN c", outcome: "failed", seconds: 0.2 },
];

test("each step shows what became of it, and metadata shows nothing", () => {
  checkHints(
    dockerfile,
    steps,
    `
      FROM busybox:local
      ENV A=1
      RUN a \\
            ^ was cached · 12.4 MB
        && b
      COPY x /x
              ^ ran 1.8 s · 999 B
      RUN c
          ^ failed
    `,
  );
});

test("an edited instruction loses its hint and the others keep theirs", () => {
  checkHints(
    dockerfile,
    steps,
    `
      FROM busybox:local
      # A comment moves everything down.
      RUN new
      ENV A=1
      RUN a \\
        && bb
      COPY x /x
              ^ ran 1.8 s · 999 B
      RUN c
          ^ failed
    `,
  );
});

test("equal instructions keep their own results", () => {
  checkHints(
    "FROM busybox:local\nRUN x\nRUN x\n",
    [
      { name: "[2/3] RUN x", outcome: "ran", seconds: 65 },
      { name: "[3/3] RUN x", outcome: "cached" },
    ],
    `
      FROM busybox:local
      RUN x
          ^ ran 1 min 5 s
      RUN y
      RUN x
          ^ was cached
    `,
  );
});

test("steps that were never reached show nothing, and a pull that took time shows it", () => {
  checkHints(
    "FROM busybox:local\nRUN x\n",
    [
      { name: "[1/2] FROM docker.io/library/busybox:local", outcome: "ran", seconds: 12.2 },
      { name: "[2/2] RUN x", outcome: "notReached" },
    ],
    `
      FROM busybox:local
                       ^ ran 12 s
      RUN x
    `,
  );
});

test("the ranges of the steps are those of the text that was built", () => {
  const file = parse("FROM a\r\nRUN x \\\r\n  y\r\n");
  const { result } = recordBuild(file, {
    uri: "file:///Dockerfile",
    text: file.text,
    buildArguments: {},
    steps: [
      { name: "exporting to image", outcome: "ran" },
      { name: "[2/2] RUN x y", outcome: "ran" },
    ],
    finishedAt: 0,
  });
  assert.deepEqual(result.ranges, [
    null,
    { start: { line: 1, character: 0 }, end: { line: 2, character: 3 } },
  ]);
});

test("an instruction that ran for two platforms adds its steps up", () => {
  checkHints(
    "FROM busybox:local\nRUN x\n",
    [
      { name: "[linux/amd64 2/2] RUN x", outcome: "cached", seconds: 1, bytes: 500_000 },
      { name: "[linux/arm64 2/2] RUN x", outcome: "ran", seconds: 2, bytes: 500_000 },
    ],
    `
      FROM busybox:local
      RUN x
          ^ ran 3.0 s · 1 MB
    `,
  );
});

test("hints keep their places in heredocs and when only line ends and a byte order mark differ", () => {
  const text = "FROM busybox:local\nRUN <<EOF\nmake\nEOF\nCOPY x /x\n";
  const { record } = recordBuild(parse(text), {
    uri: "file:///Dockerfile",
    text,
    buildArguments: {},
    steps: [
      { name: "[2/3] RUN <<EOF (make)", outcome: "ran", seconds: 2 },
      { name: "[3/3] COPY x /x", outcome: "cached" },
    ],
    finishedAt: 0,
  });
  const file = parse(`\uFEFF${text.replaceAll("\n", "\r\n")}`);
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  assert.deepEqual(
    cacheHints(file, record, range).map(({ position, label }) => [position, label]),
    [
      [{ line: 1, character: 9 }, "ran 2.0 s"],
      [{ line: 4, character: 9 }, "was cached"],
    ],
  );
});

test("only what the editor shows is answered", () => {
  const file = parse("FROM busybox:local\nRUN a\nRUN b\n");
  const { record } = recordBuild(file, {
    uri: "file:///Dockerfile",
    text: file.text,
    buildArguments: {},
    steps: [
      { name: "[2/3] RUN a", outcome: "cached" },
      { name: "[3/3] RUN b", outcome: "cached" },
    ],
    finishedAt: 0,
  });
  const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 5 } };
  assert.deepEqual(
    cacheHints(file, record, range).map(({ position }) => position.line),
    [2],
  );
});
