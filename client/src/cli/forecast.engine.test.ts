import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { parse } from "../../../server/src/dockerfile/parse.ts";
import { readIgnoreFile } from "../../../server/src/buildContext/dockerignore.ts";
import { observedSteps } from "../../../server/src/forecast/observedSteps.ts";
import { buildGraph } from "../../../server/src/graph/buildGraph.ts";
import { engineRules } from "../../../server/src/graph/engineRules.ts";
import { gitHistory } from "../../../server/src/history/gitHistory.ts";
import { type Fate, replay } from "../../../server/src/history/replay.ts";
import { git, gitOptions } from "../../../server/src/testing/git.ts";
import { base, build, cleanUp, engine } from "../engine/buildFixture.ts";
import { createDockerEngine } from "../engine/dockerEngine.ts";
import { builtSteps } from "../presentation/buildProgress.ts";

after(cleanUp);

/** SLIPWAY_FORECAST_COMMITS asks for more; some of them are drawn at random. */
const count = Number(process.env["SLIPWAY_FORECAST_COMMITS"] ?? 14);

test("of every commit the real builder runs again what was foreseen", gitOptions, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-history-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const ids = makeHistory(folder);
  const dockerfile = join(folder, "..", `${randomUUID()}.Dockerfile`);
  // Nobody else has built this.
  const text = dockerfileText(randomUUID());
  writeFileSync(dockerfile, text);
  t.after(() => {
    rmSync(dockerfile);
  });
  const file = parse(text);
  const docker = createDockerEngine({ url: engine.host, source: "setting" });
  const { version, containerdStore } = await docker.traits();
  docker.dispose();
  const graph = buildGraph(file, {
    engine: engineRules({ version, containerdStore }),
    platform: "linux/amd64",
    baseImages: (reference) => ({ layers: reference }),
  });
  git(folder, "checkout", "-q", "main");
  const history = await gitHistory(folder, count);
  assert.deepEqual(
    history.commits.map(({ id }) => id),
    ids.slice(1),
  );
  const { commits, steps, unbuildable } = await replay(graph, history, readIgnoreFile(ignored));
  assert.equal(unbuildable, 0);

  let decided = 0;
  let unknown = 0;
  for (const [index, id] of ids.entries()) {
    git(folder, "checkout", "-q", id);
    const { result } = await build(folder, { dockerfile });
    const observed = observedSteps(file, {
      steps: builtSteps(result.steps, new Map()),
      buildArguments: {},
    });
    const foreseen = commits[index - 1];
    if (foreseen === undefined) {
      continue;
    }
    for (const [at, { step }] of steps.entries()) {
      const fate: Fate | undefined = foreseen.fates[at];
      const state = observed?.get(step.instruction)?.state;
      assert.ok(state === "cached" || state === "executed", `${id}: ${step.text}`);
      if (fate === "unknown") {
        unknown++;
        continue;
      }
      decided++;
      const really = state === "cached" ? "cached" : "ran";
      assert.equal(fate, really, `${foreseen.commit.subject}: ${step.keyword} ${step.text}`);
    }
  }
  t.diagnostic(`${count} commits, ${decided} fates foreseen and met, ${unknown} unknown`);
  assert.ok(decided > unknown);
});

const ignored = "**/*.md\nlogs\n!docs/kept.md\n.git\n";

function dockerfileText(salt: string): string {
  return `FROM ${base} AS deps
WORKDIR /app
COPY package*.json ./
RUN echo ${salt} && cat package.json > installed
FROM deps AS build
COPY src src
COPY scripts/run.sh /usr/bin/
RUN ls -R src > listing
FROM ${base}
COPY --from=build /app/listing /listing
COPY . /all
RUN true
`;
}

/** Makes `count + 1` commits; gives their ids, oldest first. */
function makeHistory(folder: string): string[] {
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  git(folder, "init", "-q", "-b", "main");
  write(".dockerignore", ignored);
  write("package.json", "{}");
  write("src/index.js", "0");
  write("src/lib/a.js", "0");
  write("scripts/run.sh", "0");
  write("docs/kept.md", "0");
  const ids: string[] = [];
  const commit = (subject: string): void => {
    git(folder, "add", "-A");
    git(folder, "commit", "-q", "--allow-empty", "-m", subject);
    ids.push(git(folder, "rev-parse", "HEAD").trim());
  };
  commit("first");
  const changes: readonly [string, (n: number) => void][] = [
    ["a source", (n) => write("src/index.js", String(n))],
    ["the manifest", (n) => write("package.json", `{"n":${n}}`)],
    ["an ignored file", (n) => write("README.md", String(n))],
    ["a file that is kept in", (n) => write("docs/kept.md", String(n))],
    ["back to the first source", () => write("src/index.js", "0")],
    ["a new file", (n) => write(`src/new${n}/deep.js`, "1")],
    ["a mode", (n) => chmodSync(join(folder, "scripts/run.sh"), n % 2 === 0 ? 0o755 : 0o644)],
    ["nothing", () => undefined],
    ["a moved file", (n) => renameSync(join(folder, "src/lib"), join(folder, `src/lib${n}`))],
    [
      "moved back",
      () => {
        const name = git(folder, "ls-files", "src")
          .split("\n")
          .find((path) => /lib\d+/.test(path));
        if (name !== undefined) {
          renameSync(join(folder, dirname(name)), join(folder, "src/lib"));
        }
      },
    ],
    ["a script", (n) => write("scripts/run.sh", String(n))],
    ["a new ignored folder", (n) => write(`logs/${n}.txt`, "1")],
    [
      "all at once",
      (n) => ["src/index.js", "package.json", "other"].forEach((path) => write(path, `all ${n}`)),
    ],
    ["a lock file", (n) => write("package-lock.json", String(n % 3))],
  ];
  const random = lehmer(20_261_124);
  for (let n = 1; n <= count; n++) {
    const [subject, change] =
      changes[n <= changes.length ? n - 1 : Math.floor(random() * changes.length)] ?? [];
    // Docker 20.10 takes a folder that has gone and comes back for another one, whatever is in it: measured
    // with three builds, of which the third should have been the first again.
    const isSafe = engine.kind !== "20.10" || !subject?.includes("moved");
    const isThere = subject !== "a moved file" || git(folder, "ls-files", "src/lib") !== "";
    if (isSafe && isThere) {
      change?.(n);
    }
    commit(`${n}: ${subject}`);
  }
  return ids;
}

/** Numbers from 0 to 1 that are the same every time. */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
