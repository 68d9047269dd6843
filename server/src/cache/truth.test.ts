import assert from "node:assert/strict";
import { test } from "node:test";
import { readIgnoreFile } from "../buildContext/dockerignore.ts";
import { parse } from "../dockerfile/parse.ts";
import { buildGraph } from "../graph/buildGraph.ts";
import { type EngineRules, engineRules } from "../graph/engineRules.ts";
import type { BuildOptions, BuildStep } from "../graph/steps.ts";
import { MemoryFiles } from "./memoryFiles.ts";
import { learn } from "./learn.ts";
import { predict } from "./predict.ts";
import { BuildRecords } from "./records.ts";
import fixture from "./truth.fixture.json" with { type: "json" };

/**
 * The fixture, condensed from a study of real engines, holds what real builders did in 154 cases of one change between two builds, on Docker 28.5.2
 * with the graph-driver store (bk28), with the containerd store (bk28c), and on Docker 20.10.24 (bk20).
 * `engines` has a line of text for each build, the first one on an empty cache: for each instruction that
 * makes a step its line in the Dockerfile and `c` cached, `x` executed or `-` not reported; `!` in front
 * when the build failed. An engine that is not listed did what bk28 did.
 */
interface Case {
  readonly id: string;
  readonly dockerfile: string;
  readonly files: Readonly<
    Record<string, string | { symlink?: string; content?: string; mode?: string }>
  >;
  readonly build?: CaseBuild;
  readonly steps: readonly CaseStep[];
  readonly engines: Readonly<Partial<Record<EngineName, readonly string[]>>> & {
    readonly bk28: readonly string[];
  };
}

interface CaseStep {
  readonly ops?: readonly CaseChange[];
  readonly dockerfile?: string;
  readonly build?: CaseBuild;
  /** A docker command that is run before the build. */
  readonly host?: string;
}

interface CaseBuild {
  readonly args?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly noCache?: boolean;
  readonly extra?: readonly string[];
  readonly extraBk?: readonly string[];
}

interface CaseChange {
  readonly op: string;
  readonly path?: string;
  readonly content?: string;
  readonly target?: string;
  readonly mode?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cmd?: string;
}

type EngineName = "bk28" | "bk28c" | "bk20";

const engines: Readonly<Record<EngineName, EngineRules>> = {
  bk28: engineRules({ version: "28.5.2", containerdStore: false }),
  bk28c: engineRules({ version: "28.5.2", containerdStore: true }),
  bk20: engineRules({ version: "20.10.24", containerdStore: false }),
};

/** Where BuildKit itself is wrong, and so differs from what is predicted. By case, build and line. */
const knownBugs: Readonly<Record<string, string>> = {
  // The mode of a directory is not noticed, until the snapshot of the context is made anew
  // (moby/buildkit#7176). We say what BuildKit does as long as nothing disturbs it, and warn.
  "A43-other-context-subset 3 2": "executed again although nothing has changed since",
  "P06-dir-chmod-after-local-prune 1 5": "the pruned snapshot brings the mode to light",
  "P06-dir-chmod-after-local-prune 1 6": "follows from line 5",
};

/** What no one can know before the build: the output of a stage that runs again, and the network. */
const unknowable: readonly string[] = [
  "D02-src-edit-diff-output",
  "D08-base-run-edit",
  "D13-copy-from-extra-file",
  "D14-copy-from-mtime",
  "D16-same-run-two-stages",
  "D20-base-image-changed-copy-only",
  "D21-dir-copy-nondeterministic",
  "D23-three-consumers",
  "H21-bind-from-stage",
  "K19-no-cache-filter-named",
  "L02-add-url",
];
/** On the containerd store nothing is certain after a prune. */
const pruned: readonly string[] = [
  "P01-prune-dangling",
  "P06-dir-chmod-after-local-prune",
  "P07-same-stat-after-local-prune",
];

const isPruned = (place: string, name: EngineName): boolean =>
  engines[name].pruneForgetsAll && pruned.some((id) => place.startsWith(id));

const cases = fixture.cases as unknown as readonly Case[];

for (const name of Object.keys(engines) as EngineName[]) {
  test(`every certain prediction is what ${name} did`, () => {
    const wrong: string[] = [];
    const bugs = new Set<string>();
    let decided = 0;
    const unknown: string[] = [];
    for (const each of cases) {
      for (const { line, build, state, observed } of replay(each, name)) {
        const place = `${each.id} ${build} ${line}`;
        if (state === "unknown" || state === "neverBuilt") {
          unknown.push(each.id);
        } else if (state === observed) {
          decided++;
        } else if (place in knownBugs) {
          bugs.add(place);
        } else {
          decided++;
          wrong.push(`${place}: predicted ${state}, but it was a ${observed}`);
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.ok(decided > 400, `only ${decided} decided`);
    const expected = [...unknowable, ...(engines[name].pruneForgetsAll ? pruned : [])];
    assert.deepEqual(new Set(unknown), new Set(expected));
    assert.deepEqual(
      bugs,
      new Set(Object.keys(knownBugs).filter((place) => !isPruned(place, name))),
    );
  });
}

interface Verdict {
  readonly line: number;
  readonly build: number;
  readonly state: string;
  readonly observed: "hit" | "miss";
}

function* replay(
  { dockerfile, files, build = {}, steps, engines: results }: Case,
  name: EngineName,
): Iterable<Verdict> {
  const disk = new MemoryFiles();
  for (const [path, file] of Object.entries(files)) {
    if (typeof file === "string") {
      disk.write(path, file);
    } else if (file.symlink !== undefined) {
      disk.link(path, file.symlink);
    } else {
      disk.write(path, file.content ?? "");
      disk.chmod(path, Number.parseInt(file.mode ?? "644", 8));
    }
  }
  const outcome = results[name] ?? results.bk28;
  let records = new BuildRecords();
  let text = dockerfile;
  for (const [index, step] of [{ dockerfile, build } as CaseStep, ...steps].entries()) {
    text = step.dockerfile ?? text;
    disk.write("Dockerfile", text);
    for (const change of step.ops ?? []) {
      apply(disk, change);
    }
    if (step.host !== undefined && engines[name].pruneForgetsAll) {
      records.doubt();
    }
    const graph = buildGraph(parse(text), options({ ...build, ...step.build }, engines[name]));
    const ignore = disk.read("Dockerfile.dockerignore") ?? disk.read(".dockerignore") ?? "";
    const snapshot = disk.snapshot(readIgnoreFile(ignore));
    const contexts = (): typeof snapshot => snapshot;
    const states = observedStates(outcome[index] ?? "");
    if (index > 0 && states !== undefined) {
      for (const { step: each, state } of predict(graph, contexts, records, "it")) {
        const observed = states.get(lineOf(text, each));
        if (observed === "cached" || observed === "executed") {
          const what = observed === "cached" ? "hit" : "miss";
          yield { line: lineOf(text, each), build: index, state, observed: what };
        }
      }
    }
    if (states !== undefined) {
      const current = text;
      learn(records, graph, contexts, {
        observed: (each) => ({ state: states.get(lineOf(current, each)) ?? "absent" }),
        finished: index,
        project: "it",
        failed: (outcome[index] ?? "").startsWith("!"),
      });
      records = BuildRecords.read(records.serialize());
    }
  }
}

/** `undefined` when the build failed before it had steps. */
function observedStates(
  outcome: string,
): ReadonlyMap<number, "cached" | "executed" | "absent"> | undefined {
  const words = outcome
    .replace("!", "")
    .split(" ")
    .filter((word) => word !== "");
  if (outcome.startsWith("!") && words.every((word) => word.endsWith("-"))) {
    return undefined;
  }
  return new Map(
    words.map((word) => [
      Number.parseInt(word, 10),
      word.endsWith("c") ? "cached" : word.endsWith("x") ? "executed" : "absent",
    ]),
  );
}

function lineOf(text: string, { span }: BuildStep): number {
  return text.slice(0, span.start).split("\n").length;
}

function options(build: CaseBuild, engine: EngineRules): BuildOptions {
  const flags = [...(build.extra ?? []), ...(build.extraBk ?? [])];
  const flag = (name: string): string | undefined => {
    const at = flags.indexOf(name);
    return at === -1 ? undefined : flags[at + 1];
  };
  const network = flag("--network");
  const platform = flag("--platform");
  const filter = flag("--no-cache-filter");
  const host = flag("--add-host")?.split(":")[0];
  const limit = flag("--ulimit");
  return {
    engine,
    platform: platform ?? "linux/amd64",
    buildPlatform: "linux/amd64",
    buildArguments: new Map(Object.entries(build.args ?? {})),
    baseImages: (reference) => {
      const layers = reference === "busybox:other" ? "other" : "busybox";
      return { layers, ...(engine.mergesLinks ? { manifest: layers } : {}) };
    },
    ...(build.target === undefined ? {} : { target: build.target }),
    ...(network === undefined ? {} : { network }),
    ...(host === undefined ? {} : { extraHosts: [host] }),
    ...(limit === undefined ? {} : { ulimits: [limit] }),
    ...(filter === undefined ? {} : { noCache: [filter] }),
    ...(build.noCache === true ? { noCache: true } : {}),
    pull: flags.includes("--pull"),
  };
}

function apply(disk: MemoryFiles, change: CaseChange): void {
  const { op, path = "", content = "", target = "", mode = "", from = "", to = "" } = change;
  switch (op) {
    case "write":
    case "writeKeepStat":
      disk.write(path, content);
      break;
    case "hardlink":
      disk.write(path, disk.read(target) ?? "");
      break;
    case "symlink":
      disk.link(path, target);
      break;
    case "delete":
      disk.remove(path);
      break;
    case "rename":
      disk.rename(from, to);
      break;
    case "mkdir":
      disk.makeDirectory(path);
      break;
    case "chmod":
      disk.chmod(path, Number.parseInt(mode, 8));
      break;
    case "touch":
      break;
    case "sh":
      if (change.cmd?.includes("AF_UNIX") === true) {
        disk.makeSocket("src/s.sock");
      }
      break;
    default:
      assert.fail(`the fixture has an unknown change ${op}`);
  }
}
