import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { buildGraph } from "./buildGraph.ts";
import { engineRules } from "./engineRules.ts";
import type { CopyOperation, ExecOperation } from "./operation.ts";
import type { BuildGraph, BuildOptions, Origin } from "./steps.ts";

function graphOf(text: string, options: Partial<BuildOptions> = {}): BuildGraph {
  return buildGraph(parse(text), {
    engine: engineRules({ version: "28.5.2", containerdStore: false }),
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: `layers of ${reference}` }),
    ...options,
  });
}

function showOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "scratch":
      return "scratch";
    case "image":
      return origin.layers ?? `unknown ${origin.reference}`;
    case "unknown":
      return "unknown";
    case "step":
      return String(origin.step);
    case "merge":
      return `${showOrigin(origin.lower)}+${origin.step}`;
  }
}

/** Each step as its keyword, what it builds on and what it reads. */
function show({ steps }: BuildGraph): string[] {
  return steps.map(({ keyword, parent, reads }) => {
    const shown = reads.map((read) => {
      switch (read.kind) {
        case "context":
          return `${read.context}:${read.selections.map(({ path }) => path).join(",")}`;
        case "origin":
          return `${showOrigin(read.origin)}:${read.selections.map(({ path }) => path).join(",")}`;
        case "inline":
          return `<<${read.name} ${JSON.stringify(read.content)}`;
        case "remote":
          return `${read.url} ${read.pinned ?? "unpinned"}`;
      }
    });
    return [keyword, showOrigin(parent), ...shown].join(" ");
  });
}

function run(text: string, options: Partial<BuildOptions> = {}): ExecOperation {
  const operation = graphOf(text, options).steps.at(-1)?.operation;
  assert.ok(operation?.kind === "exec");
  return operation;
}

function copy(text: string, options: Partial<BuildOptions> = {}): CopyOperation {
  const operation = graphOf(text, options).steps.at(-1)?.operation;
  assert.ok(operation?.kind === "copy");
  return operation;
}

function variables(text: string, options: Partial<BuildOptions> = {}): string {
  return run(text, options)
    .environment.filter(([name]) => name !== "PATH")
    .map((pair) => pair.join("="))
    .join(" ");
}

test("each step knows what it builds on and what it reads", () => {
  assert.deepEqual(
    show(
      graphOf(
        "FROM base AS one\nWORKDIR /w\nCOPY a ./b/ c/\nRUN x\nFROM scratch\nCOPY --from=one /w/f /f\nADD https://h/f <<E /\nhi\nE",
      ),
    ),
    [
      "FROM layers of base",
      "WORKDIR layers of base",
      "COPY 1 :/a,/b",
      "RUN 2",
      "COPY scratch 3:/w/f",
      'ADD 4 https://h/f unpinned <<E "hi\\n"',
    ],
  );
});

test("only what the target needs is there", () => {
  const text =
    "FROM a AS one\nRUN x\nFROM b AS two\nRUN y\nFROM one AS three\nCOPY --from=two /f /\nRUN z";
  assert.deepEqual(graphOf(text, { target: "one" }).unneeded, [1, 2]);
  assert.deepEqual(graphOf(text).unneeded, []);
  assert.deepEqual(graphOf(`${text}\nFROM one`).unneeded, [1, 2]);
  assert.deepEqual(graphOf(text, { target: "nobody" }).steps, []);
});

test("metadata makes no step, nor does WORKDIR of the root", () => {
  const graph = graphOf("FROM base\nLABEL a=b\nENV A=1\nWORKDIR /\nCMD x\nUSER u");
  assert.deepEqual(show(graph), ["FROM layers of base"]);
  assert.deepEqual(
    graph.metadata.map(({ keyword }) => keyword),
    ["LABEL", "ENV", "WORKDIR", "CMD", "USER"],
  );
});

test("RUN sees the base's variables, PATH, ENV and ARG in the order in which they were last set", () => {
  const options = {
    baseImages: () => ({ layers: "l", environment: ["A=base", "B=base"] }),
  };
  const text = "FROM base\nARG V=1\nENV A=own\nARG NONE\nRUN x";
  assert.equal(
    run(text, options)
      .environment.map(([name]) => name)
      .join(" "),
    "B PATH V A",
  );
});

test("a stage on a stage has its ARGs, with the ENVs behind them again", () => {
  assert.equal(variables("FROM base AS one\nENV E=1\nARG V=2\nFROM one\nRUN x"), "V=2 E=1");
  assert.equal(variables("FROM base AS one\nENV V=1\nARG V=2\nFROM one\nRUN x"), "V=1");
});

test("build arguments, global ARGs and predefined ones reach a stage that declares them", () => {
  const text = "ARG G=global\nFROM base\nARG G\nARG TARGETARCH\nARG V=default\nRUN x";
  assert.equal(
    variables(text, { buildArguments: new Map([["V", "given"]]) }),
    "G=global TARGETARCH=amd64 V=given",
  );
});

test("the shell gets what RUN says, a lone heredoc its body, and a script is run as a file", () => {
  const last = (text: string): string | undefined => run(text).command.at(-1);
  assert.equal(last("FROM base\nRUN a \\\n  b"), "a   b");
  assert.equal(last("FROM base\nRUN <<E\nx\nE"), "x\n");
  assert.equal(last("FROM base\nRUN cat <<E\nx\nE"), "cat <<E\nx\nE");
  assert.equal(last("FROM base\nRUN <<-E\n\tx\n\tE"), "x\n");
  assert.deepEqual(run("FROM base\nRUN <<E\n#!/bin/x\nE").command, ["/dev/pipes/E"]);
  assert.deepEqual(run('FROM base\nSHELL ["/bin/bash", "-c"]\nRUN x').command, [
    "/bin/bash",
    "-c",
    "x",
  ]);
});

test("mounts are sorted and read their sources once", () => {
  const graph = graphOf(
    "FROM base AS one\nFROM base\nWORKDIR /w\nRUN --mount=target=z,source=s --mount=target=/a --mount=from=one,target=/o --mount=type=tmpfs,target=/t,size=1k x",
  );
  assert.equal(show(graph).at(-1), "RUN 2 :/s,/ layers of base:/");
  const operation = graph.steps.at(-1)?.operation;
  assert.ok(operation?.kind === "exec");
  assert.deepEqual(
    operation.mounts.map(({ target, read, fields }) => [target, read, ...fields]),
    [
      ["/a", 0, "readonly=true"],
      ["/o", 1, "readonly=true"],
      ["/t", undefined, "size=1024"],
      ["/w/z", 0, "readonly=true"],
    ],
  );
});

function destination(workdir: string, written: string): string {
  return copy(`FROM base\nWORKDIR ${workdir}\nCOPY a ${written}`).destination;
}

test("destinations are absolute and keep the slash at their end", () => {
  assert.equal(destination("/w", "."), "/w/");
  assert.equal(destination("/w", "./"), "/w/");
  assert.equal(destination("/w", "x"), "/w/x");
  assert.equal(destination("/w", "x/"), "/w/x/");
  assert.equal(destination("/w", "/y/../z"), "/z");
  assert.equal(destination("/", "."), "/");
});

test("modes are numbers, owners numbers or names, and sources only their last part", () => {
  const operation = copy("FROM base\nARG U=7\nCOPY --chmod=0755 --chown=$U:g x/y.txt z/ /d/");
  assert.equal(operation.mode, "755");
  assert.equal(operation.owner, "#7:g");
  assert.deepEqual(
    operation.sources.map(({ name }) => name),
    ["y.txt", "z"],
  );
});

test("ONBUILD of a stage runs in the stages that are built on it, ONBUILD of an image in its own", () => {
  assert.deepEqual(show(graphOf("FROM base AS one\nONBUILD RUN x\nFROM one\nRUN y")), [
    "FROM layers of base",
    "RUN layers of base",
    "RUN 1",
  ]);
  const options = { baseImages: () => ({ layers: "l", onBuild: ["COPY a /a", "ENV A=1"] }) };
  const { steps } = graphOf("FROM base\nRUN y", options);
  assert.deepEqual(
    steps.map(({ keyword, trigger }) => [keyword, trigger]),
    [
      ["FROM", false],
      ["COPY", true],
      ["RUN", false],
    ],
  );
  assert.equal(variables("FROM base\nRUN y", options), "A=1");
});

test("a linked COPY stands beside what lies below only where the engine merges", () => {
  const text = "FROM base\nRUN x\nCOPY --link a /\nRUN y";
  const merging = { engine: engineRules({ version: "28.5.2", containerdStore: true }) };
  assert.deepEqual(show(graphOf(text)).at(-1), "RUN 2");
  assert.deepEqual(show(graphOf(text, merging)).at(-1), "RUN 1+2");
  assert.equal(
    graphOf(text.replace("--link", "--link --chmod=700"), merging).steps[2]?.linked,
    false,
  );
});

test("named contexts replace images and stages", () => {
  const namedContexts = new Map([
    ["base", { kind: "image", reference: "other" }],
    ["files", { kind: "local", name: "files" }],
  ] as const);
  assert.deepEqual(show(graphOf("FROM base\nCOPY --from=files a /", { namedContexts })), [
    "FROM layers of other",
    "COPY layers of other files:/a",
  ]);
});

test("a named context takes the place of a stage, of which nothing is run then", () => {
  const text = `
FROM base AS tools
COPY --from=other a /
FROM base AS app
RUN x
ONBUILD RUN never
FROM app
COPY --from=app b /
`;
  const namedContexts = new Map([["app", { kind: "image", reference: "ready" }]] as const);
  const baseImages: BuildOptions["baseImages"] = (reference) => ({
    layers: `layers of ${reference}`,
    onBuild: reference === "ready" ? ["RUN trigger"] : [],
  });
  assert.deepEqual(show(graphOf(text, { namedContexts, baseImages })), [
    "FROM layers of ready",
    "RUN layers of ready",
    "COPY 1 layers of ready:/b",
  ]);
});

test("an image may have moved when images are looked up anew, unless a digest names it", () => {
  const digest = `base@sha256:${"0".repeat(64)}`;
  assert.deepEqual(graphOf("FROM base\nRUN x", { pull: true }).unknownImages, ["base"]);
  assert.deepEqual(graphOf(`FROM ${digest}\nRUN x`, { pull: true }).unknownImages, []);
});

test("old engines do not hand limits on to RUN", () => {
  const limits = { ulimits: ["nofile=1:2"], shmSize: 1024, cgroupParent: "c" };
  const old = { ...limits, engine: engineRules({ version: "20.10.24", containerdStore: false }) };
  assert.deepEqual(run("FROM base\nRUN x", limits).ulimits, ["nofile=1:2"]);
  assert.deepEqual(run("FROM base\nRUN x", old), run("FROM base\nRUN x"));
});

test("old engines forget a mount of everything beside one of something", () => {
  const engine = engineRules({ version: "20.10.24", containerdStore: false });
  const text = "FROM base\nRUN --mount=target=/m --mount=target=/n,source=src x";
  assert.equal(show(graphOf(text)).at(-1), "RUN layers of base :/,/src");
  assert.equal(show(graphOf(text, { engine })).at(-1), "RUN layers of base :/src");
  assert.equal(
    show(graphOf("FROM base\nRUN --mount=target=/m x", { engine })).at(-1),
    "RUN layers of base :/",
  );
});

test("a file with errors gives the steps that can be made of it", () => {
  for (const text of [
    "",
    "RUN x",
    "FROM",
    "FROM base\nCOPY\nBOGUS\nRUN --mount=type= x\nCOPY --from=9 a b\nRUN",
  ]) {
    assert.ok(graphOf(text).steps.length < 6, text);
  }
});
