import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { dedent } from "../text/dedent.ts";
import { instructionsOfVertices, readVertexName } from "./vertexNames.ts";

/** `expected`: each name of a step, and the 1-based line of its instruction. */
function checkLines(
  marked: string,
  expected: readonly (readonly [name: string, line: number | undefined])[],
  buildArguments?: ReadonlyMap<string, string>,
): void {
  const file = parse(dedent(marked));
  const names = expected.map(([name]) => name);
  const found = instructionsOfVertices(file, names, buildArguments).map((instruction, index) => [
    names[index],
    instruction === undefined ? undefined : file.lines.lineAt(instruction.span.start) + 1,
  ]);
  assert.deepEqual(found, expected);
}

test("a name is taken apart into platform, stage, number and text", () => {
  assert.deepEqual(readVertexName("[linux/arm64->amd64 build  2/10] RUN make"), {
    platform: "linux/arm64->amd64",
    stage: "build",
    number: 2,
    total: 10,
    text: "RUN make",
  });
  assert.deepEqual(readVertexName("[linux/amd64 1/2] FROM docker.io/library/alpine"), {
    platform: "linux/amd64",
    number: 1,
    total: 2,
    text: "FROM docker.io/library/alpine",
  });
  assert.equal(readVertexName("[internal] load build context"), undefined);
  assert.equal(readVertexName("exporting to image"), undefined);
});

test("a file of one stage has steps without the name of a stage", () => {
  checkLines(
    `
      # Comment
      FROM alpine
      ENV A=1
      WORKDIR /app
      COPY a b /app/
      RUN one && \\
          two
      CMD ["x"]
    `,
    [
      ["[internal] load build definition from Dockerfile", undefined],
      ["[1/4] FROM docker.io/library/alpine@sha256:abc", 2],
      ["[2/4] WORKDIR /app", 4],
      ["[3/4] COPY a b /app/", 5],
      ["[4/4] RUN one &&     two", 6],
      ["exporting to image", undefined],
    ],
  );
});

test("an implicit stage gives a file of one stage the name stage-0", () => {
  checkLines(
    `
      FROM alpine
      COPY --from=busybox /bin/sh /sh
      RUN --mount=type=cache,target=/c make
    `,
    [
      ["FROM docker.io/library/busybox:latest", undefined],
      ["[stage-0 1/3] FROM docker.io/library/alpine:latest", 1],
      ["[stage-0 2/3] COPY --from=busybox /bin/sh /sh", 2],
      ["[stage-0 3/3] RUN --mount=type=cache,target=/c make", 3],
    ],
  );
});

test("20.10 leaves the name out also where there are implicit stages", () => {
  checkLines(
    `
      FROM alpine
      RUN --mount=type=cache,target=/c make
    `,
    [["[2/2] RUN --mount=type=cache,target=/c make", 2]],
  );
});

test("names of stages and numbers of nameless stages are told apart", () => {
  checkLines(
    `
      FROM node AS Build
      RUN make
      FROM alpine
      RUN make
      FROM build
      RUN make
    `,
    [
      ["[build 1/2] FROM docker.io/library/node", 1],
      ["[build 2/2] RUN make", 2],
      ["[stage-1 1/2] FROM docker.io/library/alpine", 3],
      ["[stage-1 2/2] RUN make", 4],
      // A stage on a stage has no step for its FROM.
      ["[stage-2 1/1] RUN make", 6],
    ],
  );
});

test("two stages of one name are told apart by the text", () => {
  checkLines(
    `
      FROM alpine AS x
      RUN one
      FROM alpine AS x
      RUN two
    `,
    [
      ["[x 2/2] RUN two", 4],
      ["[x 2/2] RUN one", 2],
    ],
  );
});

test("the same text twice is told apart by the number", () => {
  checkLines(
    `
      FROM alpine
      RUN date
      RUN date
    `,
    [
      ["[3/3] RUN date", 3],
      ["[2/3] RUN date", 2],
    ],
  );
});

test("numbers are padded to the width of the total", () => {
  checkLines(
    `FROM alpine\n${Array.from({ length: 10 }, (_, index) => `RUN ${index}\n`).join("")}`,
    [
      ["[ 1/11] FROM docker.io/library/alpine", 1],
      ["[ 9/11] RUN 7", 9],
      ["[11/11] RUN 9", 11],
    ],
  );
});

test("WORKDIR / counts and has no number", () => {
  checkLines(
    `
      FROM alpine
      WORKDIR /
      WORKDIR /a
      WORKDIR ..
      RUN make
    `,
    [
      ["[2/5] WORKDIR /a", 3],
      ["[3/5] RUN make", 5],
    ],
  );
});

test("a stage from scratch begins to count at its first step", () => {
  checkLines(
    `
      FROM scratch
      COPY a /
      COPY b /
    `,
    [
      ["[1/2] COPY a /", 2],
      ["[2/2] COPY b /", 3],
    ],
  );
});

test("what the ONBUILD of a stage holds runs before the steps of a stage on it", () => {
  checkLines(
    `
      FROM alpine AS base
      ONBUILD ENV A=1
      ONBUILD RUN trigger
      RUN own
      FROM base
      RUN last
    `,
    [
      ["[base 2/2] RUN own", 4],
      ["[stage-1 1/2] RUN trigger", 3],
      ["[stage-1 2/2] RUN last", 6],
    ],
  );
});

test("what the ONBUILD of an image brings belongs to the FROM", () => {
  checkLines(
    `
      FROM onbuild
      COPY a /a
      RUN make
    `,
    [
      ["[1/5] FROM docker.io/library/onbuild", 1],
      ["[2/5] COPY . /src", 1],
      ["[3/5] RUN install", 1],
      ["[4/5] COPY a /a", 2],
      ["[5/5] RUN make", 3],
    ],
  );
});

test("triggers that count without a number shift nothing", () => {
  checkLines(
    `
      FROM onbuild
      RUN make
    `,
    [
      ["[1/4] FROM docker.io/library/onbuild", 1],
      ["[2/4] RUN install", 1],
      ["[3/4] RUN make", 2],
    ],
  );
});

test("build arguments decide what a FROM is", () => {
  checkLines(
    `
      ARG BASE=alpine
      FROM alpine AS other
      FROM \${BASE}
      RUN make
    `,
    [["[stage-1 1/1] RUN make", 4]],
    new Map([["BASE", "other"]]),
  );
});

test("variables in the text are expanded by BuildKit and still found", () => {
  checkLines(
    `
      FROM alpine AS x
      WORKDIR $HOME/app
      FROM alpine AS x
      WORKDIR /srv/\${NAME}
    `,
    [
      ["[x 2/2] WORKDIR /srv/shop", 4],
      ["[x 2/2] WORKDIR /root/app", 2],
    ],
  );
});

test("a heredoc is named by its first line and some of its body", () => {
  checkLines(
    `
      FROM alpine AS x
      RUN <<EOF
      apt-get update
      EOF
      COPY <<EOF /etc/motd
      hello
      EOF
    `,
    [
      ["[2/3] RUN <<EOF (apt-get update)", 2],
      ["[3/3] COPY <<EOF /etc/motd", 5],
    ],
  );
});

test("the second half of COPY --link stands at the COPY", () => {
  checkLines(
    `
      FROM alpine
      COPY --link a /a
    `,
    [
      ["[2/2] COPY --link a /a", 2],
      ["[2/2] LINK COPY --link a /a", 2],
    ],
  );
});

test("an image that cannot be had stands at its FROM or COPY", () => {
  checkLines(
    `
      FROM alpine:3
      COPY --from=ghcr.io/a/b:1 /x /x
    `,
    [
      ["[internal] load metadata for docker.io/library/alpine:3", 1],
      ["[internal] load metadata for ghcr.io/a/b:1", 2],
      ["[internal] load metadata for docker.io/library/other:latest", undefined],
    ],
  );
});

test("a build of several platforms has each step several times", () => {
  checkLines(
    `
      FROM alpine
      RUN make
    `,
    [
      ["[linux/amd64 2/2] RUN make", 2],
      ["[linux/arm64 2/2] RUN make", 2],
    ],
  );
});

test("lines are right with CRLF and a byte order mark", () => {
  const file = parse("\uFEFFFROM alpine\r\nRUN a \\\r\n  b\r\n\r\nRUN c\r\n");
  const found = instructionsOfVertices(file, ["[2/3] RUN a   b", "[3/3] RUN c"]);
  assert.deepEqual(
    found.map((instruction) => file.lines.lineAt(instruction?.span.start ?? -1)),
    [1, 4],
  );
});

test("steps of another Dockerfile are nobody's", () => {
  checkLines("FROM alpine\nRUN make\n", [["[2/2] COPY a b", undefined]]);
});

test("Podman numbers every instruction", () => {
  checkLines(
    `
      FROM alpine
      ENV A=1
      WORKDIR /
      RUN make
      CMD ["x"]
    `,
    [
      ["[1/5] FROM alpine", 1],
      ["[2/5] ENV A=1", 2],
      ["[3/5] WORKDIR /", 3],
      ["[4/5] RUN make", 4],
      ['[5/5] CMD ["x"]', 5],
    ],
  );
});
