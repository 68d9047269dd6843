import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type TestContext, test } from "node:test";
import { git, gitOptions } from "../testing/git.ts";
import { gitHead, gitHistory, NoHistory } from "./gitHistory.ts";
import type { TrackedFile } from "./projectHistory.ts";

/** A repository of its own in a temporary folder. */
class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), "slipway-git-"));

  constructor(t: TestContext) {
    t.after(() => {
      rmSync(this.folder, { recursive: true, force: true });
    });
    this.git("init", "-q", "-b", "main");
  }

  git(...args: string[]): string {
    return git(this.folder, ...args);
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  commit(subject: string): void {
    this.git("add", "-A");
    this.git("commit", "-q", "--allow-empty", "-m", subject);
  }
}

function kinds(files: ReadonlyMap<string, TrackedFile | undefined>): Record<string, string> {
  return Object.fromEntries(
    [...files]
      .map(
        ([path, file]) => [path, file === undefined ? "gone" : (file.target ?? file.kind)] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test("every kind of change is told, with names in any script", gitOptions, async (t) => {
  const repository = new Repository(t);
  repository.write("a.txt", "1");
  repository.write("über/日本\n.txt", "1");
  repository.write("run.sh", "1");
  symlinkSync("a.txt", join(repository.folder, "link"));
  repository.commit("first");
  repository.write("a.txt", "2");
  chmodSync(join(repository.folder, "run.sh"), 0o755);
  repository.git("mv", "über/日本\n.txt", "moved.txt");
  rmSync(join(repository.folder, "link"));
  symlinkSync("run.sh", join(repository.folder, "link"));
  repository.commit("second: with a colon");
  repository.commit("nothing");

  const history = await gitHistory(repository.folder, 10);
  assert.deepEqual(kinds(history.start), {
    "a.txt": "file",
    link: "a.txt",
    "run.sh": "file",
    "über/日本\n.txt": "file",
  });
  assert.deepEqual(
    history.commits.map(({ subject, changes }) => [subject, kinds(changes)]),
    [
      [
        "second: with a colon",
        {
          "a.txt": "file",
          link: "run.sh",
          "moved.txt": "file",
          "run.sh": "executable",
          "über/日本\n.txt": "gone",
        },
      ],
      ["nothing", {}],
    ],
  );
  assert.equal(history.commits.at(-1)?.id, await gitHead(repository.folder));
  assert.equal(history.commits[0]?.id.length, 40);
});

test("a folder of the repository has its own part of the history only", gitOptions, async (t) => {
  const repository = new Repository(t);
  repository.write("other/x", "1");
  repository.commit("without it");
  repository.write("app/src/a", "1");
  repository.commit("with it");
  repository.write("other/x", "2");
  repository.commit("elsewhere");
  const { start, commits } = await gitHistory(join(repository.folder, "app"), 10);
  assert.deepEqual(kinds(start), {});
  assert.deepEqual(
    commits.map(({ changes }) => kinds(changes)),
    [{ "src/a": "file" }, {}],
  );
});

test(
  "of a merge counts what it brought to the branch, and the last commits are enough",
  gitOptions,
  async (t) => {
    const repository = new Repository(t);
    repository.write("a", "1");
    repository.commit("one");
    repository.git("checkout", "-q", "-b", "side");
    repository.write("b", "1");
    repository.commit("side one");
    repository.write("c", "1");
    repository.commit("side two");
    repository.git("checkout", "-q", "main");
    repository.write("a", "2");
    repository.commit("two");
    repository.git("merge", "-q", "--no-ff", "-m", "merged", "side");
    const all = await gitHistory(repository.folder, 10);
    assert.deepEqual(
      all.commits.map(({ subject, changes }) => [subject, kinds(changes)]),
      [
        ["two", { a: "file" }],
        ["merged", { b: "file", c: "file" }],
      ],
    );
    const last = await gitHistory(repository.folder, 1);
    assert.deepEqual(kinds(last.start), { a: "file" });
    assert.deepEqual(
      last.commits.map(({ subject }) => subject),
      ["merged"],
    );
  },
);

test("a shallow clone has the commits that it has", gitOptions, async (t) => {
  const repository = new Repository(t);
  for (const text of ["1", "2", "3"]) {
    repository.write("a", text);
    repository.commit(text);
  }
  const clone = mkdtempSync(join(tmpdir(), "slipway-git-"));
  t.after(() => {
    rmSync(clone, { recursive: true, force: true });
  });
  repository.git("clone", "-q", "--depth", "2", pathToFileURL(repository.folder).href, clone);
  const { start, commits } = await gitHistory(clone, 10);
  assert.deepEqual(kinds(start), { a: "file" });
  assert.deepEqual(
    commits.map(({ subject }) => subject),
    ["3"],
  );
});

test("where there is no history it is said why", gitOptions, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-git-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  await assert.rejects(gitHistory(folder, 10), (error) => {
    assert.ok(error instanceof NoHistory);
    assert.match(error.message, /not a git repository/);
    return true;
  });
  const repository = new Repository(t);
  await assert.rejects(gitHistory(repository.folder, 10), NoHistory);
  const cancelled = AbortSignal.abort(new Error("enough"));
  await assert.rejects(gitHistory(repository.folder, 10, cancelled), /enough/);
});

test("nothing that a repository configures is run", gitOptions, async (t) => {
  const repository = new Repository(t);
  repository.write("a.txt", "1");
  repository.write(".gitattributes", "*.txt diff=evil filter=evil");
  repository.commit("one");
  repository.write("a.txt", "2");
  repository.commit("two");
  const trace = join(repository.folder, "ran");
  for (const key of [
    "core.fsmonitor",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "core.pager",
  ]) {
    repository.git("config", key, `touch ${trace}`);
  }
  const { commits } = await gitHistory(repository.folder, 10);
  assert.equal(commits.length, 1);
  await assert.rejects(import("node:fs/promises").then(({ stat }) => stat(trace)));
});
