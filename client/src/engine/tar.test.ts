import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { Readable } from "node:stream";
import { test } from "node:test";
import { goFileMode } from "./contextWalk.ts";
import type { ContextEntry } from "./contextWalk.ts";
import { packTar } from "./tar.ts";

test(
  "a system's tar reads what we pack: modes, links, long and foreign names",
  { skip: process.platform === "win32" },
  async () => {
    const long = `${"deep/".repeat(30)}file.txt`;
    const listing = await list([
      entry("folder", 0o040750),
      entry("folder/run.sh", 0o104755, { size: 3 }),
      entry("folder/again.sh", 0o100755, { linkTarget: "folder/run.sh" }),
      entry("link", 0o120777, { linkTarget: `../${"x".repeat(120)}` }),
      entry("pipe", 0o010644),
      entry("ümlaut 😀.txt", 0o100644, { size: 600 }),
      entry(long, 0o100600, { size: 512 }),
    ]);
    assert.deepEqual(listing, [
      "drwxr-x--- 0/0 0 folder/",
      "-rwsr-xr-x 0/0 3 folder/run.sh",
      "hrwxr-xr-x 0/0 0 folder/again.sh link to folder/run.sh",
      `lrwxrwxrwx 0/0 0 link -> ../${"x".repeat(120)}`,
      "-rw-r--r-- 0/0 600 ümlaut 😀.txt",
      `-rw------- 0/0 512 ${long}`,
    ]);
  },
);

test(
  "a file that shrinks or grows while it is read does not break the archive",
  { skip: process.platform === "win32" },
  async () => {
    for (const written of [0, 10, 5_000]) {
      const listing = await list(
        [entry("changing", 0o100644, { size: 1_000 }), entry("after", 0o100644, { size: 1 })],
        (path) => (path === "changing" ? "y".repeat(written) : "z"),
      );
      assert.deepEqual(listing, ["-rw-r--r-- 0/0 1000 changing", "-rw-r--r-- 0/0 1 after"]);
    }
  },
);

function entry(path: string, mode: number, more: Partial<ContextEntry> = {}): ContextEntry {
  return {
    path,
    mode: goFileMode(mode, "linux"),
    size: 0,
    modifiedAt: 1_700_000_000n * 10n ** 9n,
    linkTarget: "",
    ...more,
  };
}

/** What `tar -tv` says, without the time. */
async function list(
  entries: readonly ContextEntry[],
  contents: (path: string) => string = () => "x".repeat(10_000),
): Promise<string[]> {
  const archive = packTar(Readable.from(entries), async function* (path) {
    yield Buffer.from(contents(path));
  });
  return await new Promise((resolve, reject) => {
    const tar = execFile(
      "tar",
      ["-tv", "--numeric-owner", "--quoting-style=literal", "-f", "-"],
      { env: { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" } },
      (error, stdout) => {
        if (error === null) {
          resolve(
            stdout
              .trimEnd()
              .split("\n")
              .map((line) => line.replace(/ +(\d+) \d{4}-\d\d-\d\d \d\d:\d\d/, " $1")),
          );
        } else {
          reject(error);
        }
      },
    );
    Readable.from(archive).pipe(tar.stdin ?? assert.fail("no stdin"));
  });
}
