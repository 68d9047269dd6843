import assert from "node:assert/strict";
import { test } from "node:test";
import { readIgnoreFile } from "../buildContext/dockerignore.ts";
import type { Selection } from "../graph/steps.ts";
import { ContextSnapshot } from "./contextSnapshot.ts";
import { MemoryFiles } from "./memoryFiles.ts";

function selection(path: string, more: Partial<Selection> = {}): Selection {
  return { path, wildcard: /[*?[]/.test(path), includes: [], excludes: [], ...more };
}

function digestOf(files: MemoryFiles, what: Selection, namesOnly = false): string {
  const selected = files.snapshot(readIgnoreFile("")).select([what], namesOnly);
  assert.ok(selected.kind === "content", selected.kind);
  return selected.digest;
}

function some(): MemoryFiles {
  const files = new MemoryFiles();
  files.write("a.txt", "a");
  files.write("b.md", "b");
  files.write("d/a.txt", "da");
  files.write("d/e/f.txt", "f");
  files.link("l", "d/a.txt");
  files.link("dl", "d");
  return files;
}

/** Which of these changes are seen by a selection. */
function checkSeen(what: Selection, changes: Readonly<Record<string, boolean>>): void {
  for (const [change, seen] of Object.entries(changes)) {
    const files = some();
    const before = digestOf(files, what);
    const [verb, path = ""] = change.split(" ");
    if (verb === "write") {
      files.write(path, "changed");
    } else if (verb === "chmod") {
      files.chmod(path, 0o700);
    } else if (verb === "mkdir") {
      files.makeDirectory(path);
    } else {
      files.remove(path);
    }
    assert.equal(digestOf(files, what) !== before, seen, `${what.path}: ${change}`);
  }
}

test("a directory sees all that is in it but its own mode", () => {
  checkSeen(selection("/d"), {
    "write d/a.txt": true,
    "write d/e/f.txt": true,
    "write d/new": true,
    "chmod d/a.txt": true,
    "remove d/e/f.txt": true,
    "mkdir d/empty": true,
    "chmod d": false,
    "chmod d/e": false,
    "write a.txt": false,
  });
});

test("a pattern sees what it matches, and all below a directory that it matches", () => {
  checkSeen(selection("/*.txt"), {
    "write a.txt": true,
    "write new.txt": true,
    "write b.md": false,
    "write d/a.txt": false,
  });
  checkSeen(selection("/?"), {
    "write d/a.txt": true,
    "write d/e/f.txt": true,
    "write a.txt": false,
  });
  checkSeen(selection("/[^a-c].md"), { "write b.md": false });
});

test("what is excluded is not seen", () => {
  checkSeen(selection("/d", { excludes: ["e"] }), {
    "write d/a.txt": true,
    "write d/e/f.txt": false,
  });
  const excludes = ["**/*.txt", "dl"];
  checkSeen(selection("/", { excludes }), { "write d/e/f.txt": false, "write b.md": true });
});

test("a link at the end is followed, one within a directory is not", () => {
  checkSeen(selection("/l"), { "write d/a.txt": true, "write a.txt": false });
  checkSeen(selection("/dl/e"), { "write d/e/f.txt": true });
  // Beside patterns a link is followed where the pattern itself finds it, or at the root.
  checkSeen(selection("/", { excludes: ["d"] }), { "write d/e/f.txt": true });
  checkSeen(selection("/"), { "write d/a.txt": true });
  const files = some();
  files.link("d/in", "../b.md");
  const before = digestOf(files, selection("/d"));
  files.write("b.md", "other");
  assert.equal(digestOf(files, selection("/d")), before);
});

test("beside patterns, links within what is taken are not followed", () => {
  const seen = (what: Selection): boolean => {
    const files = some();
    files.link("d/up", "../b.md");
    files.link("d/e/up", "../../b.md");
    files.remove("l");
    const before = digestOf(files, what);
    files.write("b.md", "changed");
    return digestOf(files, what) !== before;
  };
  assert.equal(seen(selection("/d", { excludes: ["x"] })), false);
  assert.equal(seen(selection("/d/e*")), false);
  assert.equal(seen(selection("/d/*")), true);
});

test("links that lead nowhere or round in a circle are missing files", () => {
  const files = some();
  files.link("nowhere", "gone");
  files.link("one", "two");
  files.link("two", "one");
  const snapshot = files.snapshot(readIgnoreFile(""));
  for (const path of ["/nowhere", "/one", "/gone"]) {
    assert.deepEqual(snapshot.select([selection(path)], false), { kind: "missing", path });
  }
});

test("a link cannot leave the context", () => {
  const files = some();
  files.link("out", "../../a.txt");
  assert.equal(digestOf(files, selection("/out")), digestOf(files, selection("/a.txt")));
});

test("with names only, a file that has moved is not seen", () => {
  const files = some();
  const what = selection("/d", { excludes: ["*.md"] });
  files.makeDirectory("d/b");
  files.write("d/b/z", "z");
  const names = digestOf(files, what, true);
  const paths = digestOf(files, what, false);
  files.rename("d/b/z", "d/z");
  assert.notEqual(digestOf(files, what, false), paths);
  files.rename("d/z", "d/b/z");
  assert.equal(digestOf(files, what, true), names);
});

test("files whose bytes nobody has read are asked for", () => {
  const entry = { kind: "file", mode: 0o644, size: 1, modified: "1" } as const;
  const snapshot = new ContextSnapshot([
    { ...entry, path: "d/a", content: "known" },
    { ...entry, path: "d/b" },
    { ...entry, path: "c" },
  ]);
  assert.deepEqual(snapshot.select([selection("/d")], false), { kind: "unread", paths: ["d/b"] });
  assert.equal(snapshot.select([selection("/d/a")], false).kind, "content");
});

test("a selection tells its files", () => {
  const selected = some()
    .snapshot(readIgnoreFile(""))
    .select([selection("/d")], false);
  assert.ok(selected.kind === "content");
  assert.deepEqual([...selected.files().keys()], ["d", "d/a.txt", "d/e", "d/e/f.txt"]);
});

test("an updated snapshot is what a new one would be", () => {
  const files = some();
  const ignore = readIgnoreFile("");
  let snapshot = files.snapshot(ignore);
  const wanted = [selection("/"), selection("/d"), selection("/d/*"), selection("/n")];
  const changes: (() => string)[] = [
    () => (files.write("d/a.txt", "changed"), "d/a.txt"),
    () => (files.write("n/deep/er.txt", "new"), "n/deep/er.txt"),
    () => (files.remove("d/e/f.txt"), "d/e/f.txt"),
    () => (files.link("l", "b.md"), "l"),
    () => (files.write("a/b", "first"), "a/b"),
  ];
  for (const change of changes) {
    const before = JSON.stringify(wanted.map((each) => snapshot.select([each], false)));
    const path = change();
    const fresh = files.snapshot(ignore);
    const old = snapshot;
    snapshot = snapshot.updated(new Map([[path, fresh.get(path)]]));
    for (const each of wanted) {
      assert.deepEqual(
        JSON.stringify(snapshot.select([each], false)),
        JSON.stringify(fresh.select([each], false)),
        `${path} ${each.path}`,
      );
    }
    assert.equal(JSON.stringify(wanted.map((each) => old.select([each], false))), before);
  }
});

test("a path below another one adds nothing", () => {
  const snapshot = some().snapshot(readIgnoreFile(""));
  const both = snapshot.select([selection("/d"), selection("/d/a.txt")], false);
  const one = snapshot.select([selection("/d")], false);
  assert.ok(both.kind === "content" && one.kind === "content");
  assert.equal(both.digest, one.digest);
});

test("a directory that nobody may list makes what reads it unknown, and nothing else", () => {
  const snapshot = new ContextSnapshot([
    { path: "d", kind: "directory", mode: 0o700, size: 0, modified: "", isClosed: true },
    { path: "a", kind: "file", mode: 0o644, size: 1, modified: "", content: "a" },
  ]);
  assert.deepEqual(snapshot.select([selection("/")], false), { kind: "unread", paths: ["d"] });
  assert.equal(snapshot.select([selection("/a")], false).kind, "content");
});

test("200,000 files in one directory are no more than many files", () => {
  const entries = Array.from({ length: 200_000 }, (_, number) => ({
    path: `d/${number}`,
    kind: "file" as const,
    mode: 0o644,
    size: 1,
    modified: "1",
    content: String(number),
  }));
  const snapshot = new ContextSnapshot([
    ...entries,
    { path: "l", kind: "symlink", mode: 0o777, size: 1, modified: "1", target: "d" },
  ]);
  for (const what of [
    selection("/d"),
    selection("/d/*", { wildcard: true }),
    selection("/l", { excludes: ["7"] }),
    selection("/l*", { wildcard: true }),
  ]) {
    const selected = snapshot.select([what], false);
    assert.ok(selected.kind === "content");
    assert.ok(selected.files().size >= 199_999);
  }
});
