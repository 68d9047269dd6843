import assert from "node:assert/strict";
import { test } from "node:test";
import { readIgnoreFile } from "../buildContext/dockerignore.ts";
import { parse } from "../dockerfile/parse.ts";
import { buildGraph } from "../graph/buildGraph.ts";
import { engineRules } from "../graph/engineRules.ts";
import type { BuildOptions } from "../graph/steps.ts";
import { dedent } from "../text/dedent.ts";
import { describePrediction, describeWarning, lineOfStep } from "./describePrediction.ts";
import { type ObservedStep, learn } from "./learn.ts";
import { MemoryFiles } from "./memoryFiles.ts";
import { type StepPrediction, predict } from "./predict.ts";
import { BuildRecords } from "./records.ts";

const modern = engineRules({ version: "28.5.2", containerdStore: false });

/** A project that is built now and then, with a builder that believes the predictions. */
class Project {
  readonly files = new MemoryFiles();
  readonly records = new BuildRecords();
  options: Partial<BuildOptions> = {};
  #time = 0;

  predict(dockerfile: string): { text: string; predictions: StepPrediction[] } {
    const { text, graph, contexts } = this.#graph(dockerfile);
    return { text, predictions: predict(graph, contexts, this.records, "it") };
  }

  /** Builds; steps that are unknown turn out as `unknownAre` says. */
  build(
    dockerfile: string,
    unknownAre: "cached" | "executed" = "executed",
    seconds?: number,
  ): void {
    const { graph, contexts } = this.#graph(dockerfile);
    const predictions = predict(graph, contexts, this.records, "it");
    const observed = ({ index }: { index: number }): ObservedStep => {
      const state = predictions[index]?.state;
      if (state === "hit") {
        return { state: "cached" };
      }
      const what = state === "unknown" ? unknownAre : "executed";
      return seconds === undefined ? { state: what } : { state: what, seconds, bytes: 1000 };
    };
    learn(this.records, graph, contexts, { observed, finished: ++this.#time, project: "it" });
  }

  /** Each step that is not a FROM as its line and what is predicted. */
  states(dockerfile: string): string[] {
    const { text, predictions } = this.predict(dockerfile);
    return predictions
      .filter(({ step }) => step.keyword !== "FROM")
      .map(({ step, state }) => `${lineOfStep(text, step)} ${state}`);
  }

  /** The same with the reasons in words. */
  reasons(dockerfile: string): string[] {
    const { text, predictions } = this.predict(dockerfile);
    const lineOf = (index: number): number => {
      const found = predictions[index];
      return found === undefined ? 0 : lineOfStep(text, found.step);
    };
    return predictions
      .filter(({ step }) => step.keyword !== "FROM")
      .map((each) => `${lineOfStep(text, each.step)} ${describePrediction(each, lineOf)}`);
  }

  #graph(dockerfile: string): {
    text: string;
    graph: ReturnType<typeof buildGraph>;
    contexts: () => ReturnType<MemoryFiles["snapshot"]>;
  } {
    const text = dedent(dockerfile);
    const graph = buildGraph(parse(text), {
      engine: modern,
      platform: "linux/amd64",
      baseImages: (reference) => ({ layers: reference }),
      ...this.options,
    });
    const snapshot = this.files.snapshot(readIgnoreFile(this.files.read(".dockerignore") ?? ""));
    return { text, graph, contexts: () => snapshot };
  }
}

/** What is predicted for `after` when `before` has been built. */
function checkAfter(before: string, after: string, expected: readonly string[]): void {
  const project = new Project();
  project.files.write("a.txt", "a");
  project.files.write("dir/b.txt", "b");
  project.build(before);
  assert.deepEqual(project.states(after), expected);
}

test("without any build nothing is claimed", () => {
  const project = new Project();
  assert.deepEqual(project.reasons("FROM base\nRUN x"), ["2 not built yet"]);
});

test("what a build that failed calls cached is not believed, what it ran is", () => {
  const graph = buildGraph(parse("FROM base\nRUN a\nRUN b\nRUN c"), {
    engine: modern,
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: reference }),
  });
  const records = new BuildRecords();
  const said: Readonly<Record<number, ObservedStep["state"]>> = {
    1: "executed",
    2: "executed",
    3: "cached",
  };
  learn(records, graph, () => undefined, {
    finished: 1,
    project: "it",
    failed: true,
    observed: ({ index }) => ({ state: said[index] ?? "absent" }),
  });
  assert.deepEqual(
    predict(graph, () => undefined, records, "it").map(({ state }) => state),
    ["hit", "hit", "unknown", "miss"],
  );
});

test("what a failed build ran last is unknown until it is seen again, what it went on from is not", () => {
  const text = "FROM base AS a\nRUN a\nFROM base AS b\nRUN b\nRUN c\nFROM b\nCOPY --from=a / /";
  const graph = buildGraph(parse(text), {
    engine: modern,
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: reference }),
  });
  let records = new BuildRecords();
  const build = (said: Readonly<Record<number, ObservedStep["state"]>>, failed: boolean): void => {
    learn(records, graph, () => undefined, {
      finished: 1,
      project: "it",
      failed,
      observed: ({ index }) => ({ state: said[index] ?? "absent" }),
    });
    records = BuildRecords.read(records.serialize());
  };
  const states = (): string[] =>
    predict(graph, () => undefined, records, "it")
      .filter(({ step }) => step.keyword !== "FROM")
      .map(({ state, reason }) => (state === "unknown" ? reason.kind : state));
  build({ 1: "executed", 3: "executed", 4: "failed" }, true);
  assert.deepEqual(states(), ["failedBuild", "hit", "miss", "miss"]);
  build({ 1: "cached", 3: "cached", 4: "executed", 5: "executed" }, false);
  assert.deepEqual(states(), ["hit", "hit", "hit", "hit"]);
});

test("of a Dockerfile that has not been seen only what others have shown is claimed", () => {
  const project = new Project();
  project.build("FROM base\nRUN x");
  const graph = buildGraph(parse("FROM base\nRUN x\nRUN y"), {
    engine: modern,
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: reference }),
  });
  assert.deepEqual(
    predict(graph, () => undefined, project.records, "another").map(({ state }) => state),
    ["hit", "hit", "neverBuilt"],
  );
});

test("a build that is repeated is cached", () => {
  const project = new Project();
  project.files.write("a.txt", "a");
  const dockerfile = "FROM base\nWORKDIR /w\nCOPY a.txt .\nRUN x";
  project.build(dockerfile);
  assert.deepEqual(project.reasons(dockerfile), ["2 cached", "3 cached", "4 cached"]);
});

test("a changed file breaks the COPY that takes it and what follows, and is named", () => {
  const project = new Project();
  project.files.write("package.json", "1");
  project.files.write("src/app.ts", "1");
  const dockerfile = "FROM base\nCOPY package.json .\nRUN install\nCOPY . .\nRUN build";
  project.build(dockerfile);
  project.files.write("src/app.ts", "2");
  assert.deepEqual(project.reasons(dockerfile), [
    "2 cached",
    "3 cached",
    "4 runs again: src/app.ts changed",
    "5 runs again: line 4 runs again",
  ]);
});

test("how a file has changed is told", () => {
  const project = new Project();
  project.files.write("d/a", "1");
  project.files.write("d/b", "1");
  project.files.link("d/l", "a");
  const dockerfile = "FROM base\nCOPY d /d";
  project.build(dockerfile);
  const reason = (): string | undefined => project.reasons(dockerfile)[0];
  project.files.write("d/new", "");
  assert.equal(reason(), "2 runs again: d/new is new");
  project.files.remove("d/new");
  assert.equal(reason(), "2 cached");
  project.files.chmod("d/a", 0o755);
  assert.equal(reason(), "2 runs again: d/a has other permissions");
  project.files.chmod("d/a", 0o644);
  project.files.link("d/l", "b");
  assert.equal(reason(), "2 runs again: d/l points elsewhere");
  project.files.link("d/l", "a");
  project.files.remove("d/b");
  assert.equal(reason(), "2 runs again: d/b is gone");
});

test("a change that is taken back is cached again", () => {
  const project = new Project();
  project.files.write("a.txt", "1");
  const dockerfile = "FROM base\nCOPY a.txt .\nRUN x";
  project.build(dockerfile);
  project.files.write("a.txt", "2");
  project.build(dockerfile);
  project.files.write("a.txt", "1");
  assert.deepEqual(project.states(dockerfile), ["2 hit", "3 hit"]);
});

test("metadata never breaks anything", () => {
  checkAfter(
    "FROM base\nLABEL a=1\nRUN x\nEXPOSE 80\nCMD y\nCOPY a.txt .",
    "FROM base\nLABEL a=2\nRUN x\nEXPOSE 81\nCMD z\nSTOPSIGNAL 9\nVOLUME /v\nHEALTHCHECK NONE\nCOPY a.txt .",
    ["3 hit", "9 hit"],
  );
});

test("an ARG breaks the RUNs below it whether they use it or not, and no COPY", () => {
  checkAfter("FROM base\nARG V=1\nCOPY a.txt .\nRUN x", "FROM base\nARG V=2\nCOPY a.txt .\nRUN x", [
    "3 hit",
    "4 miss",
  ]);
});

test("the ARG that has changed is named", () => {
  const project = new Project();
  project.build("FROM base\nARG V=1\nRUN x");
  assert.deepEqual(project.reasons("FROM base\nARG V=2\nRUN x"), [
    "3 runs again: V has another value",
  ]);
  assert.deepEqual(project.reasons("FROM base\nRUN x"), ["2 runs again: V is no longer set"]);
});

test("no value of a variable is kept", () => {
  const project = new Project();
  project.options = { buildArguments: new Map([["TOKEN", "very-secret"]]) };
  project.build("FROM base\nARG TOKEN\nRUN x");
  assert.ok(!project.records.serialize().includes("very-secret"));
});

test("stages that are built on a stage inherit its ARGs", () => {
  checkAfter(
    "FROM base AS one\nARG V=1\nFROM one\nRUN x",
    "FROM base AS one\nARG V=2\nFROM one\nRUN x",
    ["4 miss"],
  );
});

test("the order of variables counts, the way they are written does not", () => {
  checkAfter("FROM base\nENV A=1\nENV B=2\nRUN x", "FROM base\nENV A=1 B=2\nRUN x", ["3 hit"]);
  checkAfter("FROM base\nENV A=1\nENV B=2\nRUN x", "FROM base\nENV B=2 A=1\nRUN x", ["3 miss"]);
});

test("a slash at the end of WORKDIR breaks every RUN and nothing else", () => {
  checkAfter(
    "FROM base\nWORKDIR /app\nCOPY a.txt .\nRUN x",
    "FROM base\nWORKDIR /app/\nCOPY a.txt .\nRUN x",
    ["2 hit", "3 hit", "4 miss"],
  );
});

test("comments inside of a RUN do not count, the indentation of its lines does", () => {
  checkAfter("FROM base\nRUN a \\\n  b", "FROM base\nRUN a \\\n  # why\n  b", ["2 hit"]);
  checkAfter("FROM base\nRUN a \\\n  b", "FROM base\nRUN a \\\n    b", ["2 miss"]);
});

test("the exec form of what the shell would get is the same", () => {
  checkAfter("FROM base\nRUN x y", 'FROM base\nRUN ["/bin/sh", "-c", "x y"]', ["2 hit"]);
});

test("a heredoc's word counts for COPY and not for RUN", () => {
  checkAfter("FROM base\nRUN <<A\nx\nA", "FROM base\nRUN <<B\nx\nB", ["2 hit"]);
  checkAfter("FROM base\nCOPY <<A /f\nx\nA", "FROM base\nCOPY <<B /f\nx\nB", ["2 miss"]);
});

test("only the last part of a copied path counts", () => {
  const project = new Project();
  project.files.write("x/a.txt", "a");
  project.files.write("y/a.txt", "a");
  project.files.write("y/b.txt", "a");
  project.build("FROM base\nCOPY x/a.txt /");
  assert.deepEqual(project.states("FROM base\nCOPY y/a.txt /"), ["2 hit"]);
  assert.deepEqual(project.states("FROM base\nCOPY y/b.txt /"), ["2 miss"]);
});

test("what another stage leaves may be the same when it runs again", () => {
  const project = new Project();
  const before = "FROM base AS one\nRUN x\nFROM base\nCOPY --from=one /f /f\nRUN y";
  const after = "FROM base AS one\nRUN z\nFROM base\nCOPY --from=one /f /f\nRUN y";
  project.build(before);
  assert.deepEqual(project.reasons(after), [
    "2 runs again: the command changed",
    "4 unknown: copies from one, which runs again and may give the same files",
    "5 unknown: depends on line 4",
  ]);
});

test("what another stage left once is known when it comes back", () => {
  const project = new Project();
  const before = "FROM base AS one\nRUN x\nFROM base\nCOPY --from=one /f /f\nRUN y";
  const after = "FROM base AS one\nRUN z\nFROM base\nCOPY --from=one /f /f\nRUN y";
  project.build(before);
  project.build(after, "cached");
  assert.deepEqual(project.states(after), ["2 hit", "4 hit", "5 hit"]);
  assert.deepEqual(project.states(before), ["2 hit", "4 hit", "5 hit"]);
  const third = after.replace("RUN z", "RUN more");
  assert.match(project.reasons(third)[1] ?? "", /the same 1 of the last 1 times/);
});

test("a step that has never been built below an unknown one runs for certain", () => {
  const project = new Project();
  project.build("FROM base AS one\nRUN x\nFROM base\nCOPY --from=one /f /f\nRUN y");
  assert.deepEqual(
    project.states("FROM base AS one\nRUN z\nFROM base\nCOPY --from=one /f /f\nRUN new"),
    ["2 miss", "4 unknown", "5 miss"],
  );
});

test("a linked COPY is independent of what lies below where the engine merges", () => {
  const project = new Project();
  project.files.write("a.txt", "a");
  project.options = { engine: engineRules({ version: "28.5.2", containerdStore: true }) };
  project.build("FROM base\nRUN x\nCOPY --link a.txt /\nRUN y");
  assert.deepEqual(project.states("FROM base\nRUN z\nCOPY --link a.txt /\nRUN y"), [
    "2 miss",
    "3 hit",
    "4 miss",
  ]);
  project.options = {};
  const other = new Project();
  other.files.write("a.txt", "a");
  other.build("FROM base\nRUN x\nCOPY --link a.txt /");
  assert.deepEqual(other.states("FROM base\nRUN z\nCOPY --link a.txt /"), ["2 miss", "3 miss"]);
});

test("with the cache switched off for a stage everything built on it runs, and is known later", () => {
  const project = new Project();
  const dockerfile = "FROM base AS one\nRUN x\nWORKDIR /w\nFROM one\nRUN y";
  project.build(dockerfile);
  project.options = { noCache: ["one"] };
  assert.deepEqual(project.states(dockerfile), ["2 miss", "3 miss", "5 miss"]);
  project.build(dockerfile);
  project.options = {};
  assert.deepEqual(project.states(dockerfile), ["2 hit", "3 hit", "5 hit"]);
});

test("another base image breaks everything, another name for it nothing", () => {
  const project = new Project();
  project.options = {
    baseImages: (reference) => ({ layers: reference === "new" ? "new" : "old" }),
  };
  project.build("FROM base\nRUN x");
  assert.deepEqual(project.states("FROM alias\nRUN x"), ["2 hit"]);
  assert.deepEqual(project.reasons("FROM new\nRUN x"), [
    "2 runs again: new has other layers than before",
  ]);
});

test("another manifest with the same layers may find what was built on the first", () => {
  const project = new Project();
  project.options = { baseImages: (reference) => ({ layers: "same", manifest: reference }) };
  project.build("FROM one\nRUN x");
  assert.deepEqual(project.states("FROM one\nRUN x"), ["2 hit"]);
  assert.deepEqual(project.states("FROM two\nRUN x\nRUN y"), ["2 unknown", "3 miss"]);
  project.build("FROM two\nRUN x");
  assert.deepEqual(project.states("FROM two\nRUN x"), ["2 hit"]);
});

test("nothing is claimed on an image of which nothing is known", () => {
  const project = new Project();
  project.build("FROM base\nRUN x");
  project.options = { baseImages: () => undefined };
  assert.deepEqual(project.reasons("FROM base\nRUN x\nRUN never"), [
    "2 unknown: nothing is known of the image base",
    "3 runs again: it has not been built here before",
  ]);
});

test("an address is never certain without a checksum", () => {
  const project = new Project();
  const plain = "FROM base\nADD https://example.org/f /";
  const pinned = `FROM base\nADD --checksum=sha256:${"0".repeat(64)} https://example.org/f /`;
  project.build(plain);
  project.build(pinned);
  assert.deepEqual(project.reasons(plain), ["2 unknown: https://example.org/f may have changed"]);
  assert.deepEqual(project.states(pinned), ["2 hit"]);
});

test("another frontend is unknown until a build with it has been seen", () => {
  const project = new Project();
  const other = "# syntax=docker/dockerfile:1\nFROM base\nRUN x";
  project.build("FROM base\nRUN x");
  assert.deepEqual(project.states(other), ["3 unknown"]);
  project.build(other, "cached");
  assert.deepEqual(project.states(other), ["3 hit"]);
});

test("after a prune nothing is certain until the next build", () => {
  const project = new Project();
  project.build("FROM base\nRUN x");
  project.build("FROM base\nRUN y");
  project.records.doubt();
  assert.deepEqual(project.reasons("FROM base\nRUN x"), [
    "2 unknown: the engine's cache has been cleaned since the last build",
  ]);
  project.build("FROM base\nRUN x", "cached");
  assert.deepEqual(project.states("FROM base\nRUN x"), ["2 hit"]);
  assert.deepEqual(project.states("FROM base\nRUN y"), ["2 miss"]);
});

test("what is left out by the ignore file does not count, the ignore file does only by its effect", () => {
  const project = new Project();
  project.files.write("a.txt", "a");
  project.files.write("b.log", "b");
  project.files.write(".dockerignore", "*.log\n.dockerignore");
  const dockerfile = "FROM base\nCOPY . .";
  project.build(dockerfile);
  project.files.write("b.log", "changed");
  project.files.write(".dockerignore", "# why\nb.*\n.dockerignore");
  assert.deepEqual(project.states(dockerfile), ["2 hit"]);
  project.files.write(".dockerignore", ".dockerignore");
  assert.deepEqual(project.reasons(dockerfile), ["2 runs again: b.log is new"]);
});

test("a failed build keeps what it has done", () => {
  const project = new Project();
  const text = "FROM base\nRUN x\nRUN fails";
  const graph = buildGraph(parse(text), {
    engine: modern,
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: reference }),
  });
  learn(project.records, graph, () => undefined, {
    observed: ({ index }) => ({ state: index === 1 ? "executed" : "absent" }),
    finished: 1,
    project: "it",
  });
  assert.deepEqual(project.states(text), ["2 hit", "3 miss"]);
});

test("a file that is missing is said to be", () => {
  const project = new Project();
  project.files.write("a.txt", "a");
  const dockerfile = "FROM base\nCOPY a.txt /";
  project.build(dockerfile);
  project.files.remove("a.txt");
  assert.deepEqual(project.reasons(dockerfile), [
    "2 runs again: there is no /a.txt in the build context",
  ]);
});

test("what a stage leaves out of the target is not there", () => {
  const project = new Project();
  project.options = { target: "one" };
  assert.deepEqual(project.states("FROM base AS one\nRUN x\nFROM base AS two\nRUN y"), [
    "2 neverBuilt",
  ]);
});

test("costs are those of the last time that the step ran", () => {
  const project = new Project();
  project.build("FROM base\nRUN x", "executed", 12);
  const { predictions } = project.predict("FROM base\nRUN x");
  assert.deepEqual(
    predictions.slice(1).map(({ seconds, bytes }) => [seconds, bytes]),
    [[12, 1000]],
  );
  const [, changed, added] = project.predict("FROM base\nRUN y\nRUN z").predictions;
  assert.equal(changed?.seconds, 12);
  assert.equal(added?.seconds, undefined);
});

test("the mode of a directory is warned about, because the builder may not see it", () => {
  const project = new Project();
  project.files.write("d/a", "a");
  project.build("FROM base\nCOPY d /d");
  project.files.chmod("d", 0o700);
  const [, copy] = project.predict("FROM base\nCOPY d /d").predictions;
  assert.equal(copy?.state, "hit");
  assert.deepEqual(copy?.warnings.map(describeWarning), [
    "the permissions of d changed, which the builder may notice only later (moby/buildkit#7176)",
  ]);
});

test("content that changes without a new size or time is warned about", () => {
  const project = new Project();
  project.files.write("a.txt", "old", "7");
  project.build("FROM base\nCOPY a.txt /");
  project.files.write("a.txt", "new", "7");
  const [, copy] = project.predict("FROM base\nCOPY a.txt /").predictions;
  assert.equal(copy?.state, "miss");
  assert.match(copy?.warnings.map(describeWarning).join() ?? "", /^a\.txt changed without .*#4817/);
});

test("a move that the builder does not see is warned about", () => {
  const project = new Project();
  project.files.write("d/a/x", "x");
  project.build("FROM base\nCOPY --exclude=*.md d /d");
  project.files.rename("d/a/x", "d/x");
  const [, copy] = project.predict("FROM base\nCOPY --exclude=*.md d /d").predictions;
  assert.equal(copy?.state, "hit");
  assert.deepEqual(
    copy?.warnings.map(({ kind }) => kind),
    ["unnoticedMove"],
  );
  project.options = {
    engine: engineRules({ version: "30.0.0", containerdStore: false, buildkit: "0.26.0" }),
  };
  project.build("FROM base\nCOPY --exclude=*.md d /d");
  project.files.rename("d/x", "d/a/x");
  assert.deepEqual(project.states("FROM base\nCOPY --exclude=*.md d /d"), ["2 miss"]);
});

test("cache mounts count as each engine counts them", () => {
  const old = engineRules({ version: "20.10.24", containerdStore: false });
  const cases: [before: string, after: string, modern: string, old: string][] = [
    [",id=one", ",id=two", "hit", "miss"],
    ["", ",id=/c", "hit", "hit"],
    ["", ",id=one", "miss", "miss"],
    [",sharing=locked", ",sharing=private", "hit", "miss"],
    [",uid=1", ",uid=2", "miss", "hit"],
  ];
  for (const [before, after, onModern, onOld] of cases) {
    for (const [engine, expected] of [
      [modern, onModern],
      [old, onOld],
    ] as const) {
      const project = new Project();
      project.options = { engine };
      project.build(`FROM base\nRUN --mount=type=cache,target=/c${before} x`);
      assert.deepEqual(
        project.states(`FROM base\nRUN --mount=type=cache,target=/c${after} x`),
        [`2 ${expected}`],
        `${before} to ${after}`,
      );
    }
  }
});

test("what a bind mount shows is compared by content", () => {
  const project = new Project();
  project.files.write("d/a", "1");
  project.files.write("e", "1");
  const dockerfile = "FROM base\nRUN --mount=source=d,target=/m x";
  project.build(dockerfile);
  project.files.write("e", "2");
  assert.deepEqual(project.states(dockerfile), ["2 hit"]);
  project.files.write("d/a", "2");
  assert.deepEqual(project.reasons(dockerfile), ["2 runs again: d/a changed"]);
});

test("a step that was removed from the cache takes with it what was built on it", () => {
  const project = new Project();
  const { files, records } = project;
  files.write("a.txt", "a");
  const text = "FROM base\nRUN x\nRUN y";
  project.build(text);
  const graph = buildGraph(parse(text), {
    engine: modern,
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: reference }),
    target: "0",
  });
  const only = { ...graph, steps: graph.steps.slice(0, 2) };
  learn(records, only, () => undefined, {
    observed: () => ({ state: "executed" }),
    finished: 2,
    project: "it",
  });
  assert.deepEqual(project.states(text), ["2 hit", "3 miss"]);
});

test("a step of which nothing was reported is there when another one on it is", () => {
  const project = new Project();
  const text = "FROM base\nRUN x\nRUN y\nRUN z";
  const graph = buildGraph(parse(text), {
    engine: modern,
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: reference }),
  });
  learn(project.records, graph, () => undefined, {
    observed: ({ index }) => ({ state: index === 2 ? "executed" : "absent" }),
    finished: 1,
    project: "it",
  });
  assert.deepEqual(project.states(text), ["2 hit", "3 hit", "4 miss"]);
});
