import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { check } from "./check.ts";

suite("slipway check", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-cli-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function run(text: string, ...args: string[]) {
    const path = join(folder, "Dockerfile");
    await writeFile(path, text);
    const written = { out: "", complaint: "" };
    const code = await check([path, ...args], {
      out: (more) => (written.out += more),
      complain: (more) => (written.complaint += more),
      isTerminal: false,
    });
    return { code, ...written, out: written.out.replaceAll(path, "Dockerfile") };
  }

  test("a clean file gives no output and exit code 0", async () => {
    assert.deepEqual(await run("FROM scratch\n"), { code: 0, out: "", complaint: "" });
  });

  test("a problem is shown with its line and its place underlined", async () => {
    const { code, out } = await run("FROM scratch\nCOPY a \\\n\tb \\\n\n\tc /\nMAINTAINER me\n");
    assert.equal(code, 0);
    assert.equal(
      out,
      [
        "Dockerfile:4:1: warning: Empty continuation line (no-empty-continuation)",
        "4 | ",
        "  | ^",
        "",
        "Dockerfile:6:1: warning: Maintainer instruction is deprecated in favor of using label (maintainer-deprecated)",
        "6 | MAINTAINER me",
        "  | ^^^^^^^^^^",
        "",
        "",
      ].join("\n"),
    );
  });

  test("a syntax error gives exit code 1, a warning only when it is asked for", async () => {
    assert.equal((await run("FROM scratch\nRUM true\n")).code, 1);
    assert.equal((await run("FROM scratch AS A\n")).code, 0);
    assert.equal((await run("FROM scratch AS A\n", "--error-on", "warning")).code, 1);
  });

  test("JSON holds the place, 1-based", async () => {
    const { out } = await run("FROM scratch AS Up\n", "--format=json");
    assert.deepEqual(JSON.parse(out), [
      {
        file: "Dockerfile",
        line: 1,
        column: 17,
        endLine: 1,
        endColumn: 19,
        severity: "warning",
        code: "stage-name-casing",
        message: "Stage name 'Up' should be lowercase",
      },
    ]);
  });

  test("the ignore file beside the Dockerfile is heeded", async () => {
    await writeFile(join(folder, ".dockerignore"), "secret\n");
    const { out } = await run("FROM scratch\nCOPY secret /\n");
    await rm(join(folder, ".dockerignore"));
    assert.match(out, /excluded by \.dockerignore \(copy-ignored-file\)/);
  });

  test("hadolint's configuration in the current folder is heeded", async () => {
    const config = join(folder, ".hadolint.yaml");
    const path = join(folder, "Dockerfile");
    await writeFile(path, "FROM alpine:3.21\nMAINTAINER me\n");
    const place = { folder, environment: { HOME: folder } };
    const checkWith = async (text: string) => {
      await writeFile(config, text);
      const written = { out: "", complaint: "" };
      const output = {
        out: (more: string) => (written.out += more),
        complain: (more: string) => (written.complaint += more),
        isTerminal: false,
      };
      return { code: await check([path], output, place), ...written };
    };
    const ignored = await checkWith("ignored: [DL4000]\n");
    assert.deepEqual([ignored.code, ignored.out], [0, ""]);
    const overridden = await checkWith("override:\n  error: [DL4000]\n");
    assert.equal(overridden.code, 1);
    assert.match(overridden.out, /: error: Maintainer/);
    assert.equal((await checkWith("failure-threshold: warning\n")).code, 1);
    assert.equal((await checkWith("failure-threshold: warning\nno-fail: true\n")).code, 0);
    const broken = await checkWith("no-fail: true\nignored: 3\n");
    assert.match(broken.complaint, /\.hadolint\.yaml:2: "ignored" should be a list\n$/);
    assert.match(broken.out, /: warning: Maintainer/);
    await rm(config);
  });

  test("a file that is not there and an unknown option give exit code 2", async () => {
    const complaints: string[] = [];
    const output = {
      out: assert.fail,
      complain: (text: string) => complaints.push(text),
      isTerminal: false,
    };
    assert.equal(await check([join(folder, "none")], output), 2);
    assert.equal(await check(["--nope"], output), 2);
    assert.equal(await check([], output), 2);
    assert.match(complaints.join(""), /ENOENT.*\n.*--nope/);
  });
});
