import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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
    assert.equal(code, 1);
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

  test("exit codes are hadolint's: 1 for anything from the threshold on, which is info", async () => {
    const code = async (text: string, ...args: string[]) => (await run(text, ...args)).code;
    assert.equal(await code("FROM scratch\nRUM true\n", "-t", "error"), 1);
    assert.equal(await code("FROM scratch AS A\n"), 1);
    assert.equal(await code("FROM scratch AS A\n", "--failure-threshold", "error"), 0);
    assert.equal(await code("FROM scratch AS A\n", "--failure-threshold=warning"), 1);
    assert.equal(await code("FROM scratch AS A\n", "--no-fail"), 0);
    assert.equal(await code("FROM scratch\nUSER web\n"), 1);
    assert.equal(await code("FROM scratch\nUSER web\n", "-t", "warning"), 0);
  });

  test("advice is shown and is no reason to fail", async () => {
    const { code, out } = await run("FROM scratch\nWORKDIR /app/\nRUN true\nUSER 1\n");
    assert.match(out, /info: .* \(workdir-trailing-slash\)/);
    assert.equal(code, 0);
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
    const place = { folder, environment: { HOME: folder }, input: () => Promise.resolve("") };
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
    assert.equal((await checkWith("failure-threshold: error\n")).code, 0);
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
    assert.equal(await check(["--format=xml"], output), 2);
    assert.equal(await check(["--fix", "-"], output), 2);
    assert.match(complaints.join(""), /ENOENT.*\n.*--nope/);
  });

  test("a folder is searched for Dockerfiles, but for what belongs to others", async () => {
    const tree = await mkdtemp(join(tmpdir(), "slipway-cli-"));
    const names = [
      "Dockerfile",
      "Dockerfile.dockerignore",
      "README.md",
      "a/api.Dockerfile",
      "a/Containerfile",
      "a/b/Dockerfile.dev",
      "node_modules/x/Dockerfile",
    ];
    for (const name of names) {
      await mkdir(join(tree, dirname(name)), { recursive: true });
      await writeFile(join(tree, name), "FROM scratch\nUSER web\n");
    }
    const { written, output } = recorder();
    assert.equal(await check([tree, "--format", "gnu"], output), 1);
    assert.deepEqual(
      written.out.split("\n").map((line) => line.slice(tree.length + 1).split(":")[0]),
      ["Dockerfile", "a/Containerfile", "a/api.Dockerfile", "a/b/Dockerfile.dev", ""],
    );
    await rm(tree, { recursive: true });
  });

  test("standard input is checked under the name that it is given", async () => {
    const { written, output } = recorder();
    const place = { folder, environment: {}, input: () => Promise.resolve("FROM a AS B\n") };
    const args = [
      "-",
      "--file-path-in-report",
      "x/Dockerfile",
      "--format",
      "gnu",
      "--rule-set=buildkit",
    ];
    assert.equal(await check(args, output, place), 1);
    assert.equal(
      written.out,
      "x/Dockerfile:1:11: warning: Stage name 'B' should be lowercase [stage-name-casing]\n",
    );
  });

  test("what can be mended safely is mended in the file, and the rest is reported", async () => {
    const { code, out } = await run(
      "from scratch as Build\nMAINTAINER me\nUSER web\n",
      "--fix",
      "--format=gnu",
    );
    assert.equal(code, 1);
    assert.match(out, /^Dockerfile:3:6: info: .*\[named-user\]\n$/);
    assert.equal(
      await readFile(join(folder, "Dockerfile"), "utf8"),
      'FROM scratch AS build\nLABEL org.opencontainers.image.authors="me"\nUSER web\n',
    );
  });

  test("bytes that are no text are not written anew", async () => {
    const path = join(folder, "Dockerfile");
    const bytes = Buffer.from("FROM scratch AS B\nLABEL a=\xe9\n", "latin1");
    await writeFile(path, bytes);
    await check([path, "--fix"], recorder().output);
    assert.deepEqual(await readFile(path), bytes);
  });

  test("options change which rules run, how severe they are and how they are read", async () => {
    const text = "FROM debian:12.8\nARG SIGNING_PIN\nMAINTAINER me\nCOPY x y\n";
    const codes = async (...args: string[]) =>
      (
        JSON.parse((await run(text, "--format=json", ...args)).out) as {
          code: string;
          severity: string;
        }[]
      )
        .map(({ code, severity }) => `${code} ${severity}`)
        .toSorted();
    const ignoring = ["--ignore=copy-source-not-found", "--ignore", "DL3045"];
    assert.deepEqual(await codes(...ignoring), [
      "maintainer-deprecated warning",
      "unused-arg warning",
    ]);
    assert.deepEqual(await codes(...ignoring, "--rule-set=hadolint"), [
      "maintainer-deprecated error",
    ]);
    assert.deepEqual(await codes(...ignoring, "--rule-set=buildkit", "--info=DL4000"), [
      "maintainer-deprecated info",
    ]);
    assert.deepEqual(
      await codes(
        "--rule-set=buildkit",
        "--ignore=DL4000",
        "--warning=unpinned-image",
        "--mode=unpinned-image=digest",
      ),
      ["unpinned-image warning"],
    );
    assert.deepEqual(
      await codes(
        "--rule-set=buildkit",
        "--ignore=DL4000",
        "--error=DL3049",
        "--require-label=version:semver",
      ),
      ["missing-label error"],
    );
  });

  test("a slipway.yaml above the Dockerfile is heeded, and its mistakes are told once", async () => {
    const tree = await mkdtemp(join(tmpdir(), "slipway-cli-"));
    await mkdir(join(tree, "a"));
    await writeFile(
      join(tree, "slipway.yaml"),
      "rule-set: buildkit\nrules:\n  StageNameCasing: error\n  nope: off\n",
    );
    await writeFile(join(tree, "a", "Dockerfile"), "FROM debian AS B\n");
    await writeFile(join(tree, "a", "Dockerfile.dev"), "FROM debian AS b\n");
    const { written, output } = recorder();
    assert.equal(await check([tree, "--format=gnu"], output), 1);
    assert.match(
      written.out,
      /^[^\n]*:1:16: error: Stage name 'B' should be lowercase \[stage-name-casing\]\n$/,
    );
    assert.match(
      written.complaint,
      /^slipway check: [^\n]*slipway\.yaml:4: No rule is called nope\n$/,
    );
    const other = recorder();
    await writeFile(join(tree, "other.yaml"), "rule-set: hadolint\nno-fail: true\n");
    assert.equal(
      await check([tree, "--format=gnu", "--config", join(tree, "other.yaml")], other.output),
      0,
    );
    assert.match(other.written.out, /unpinned-image/);
    await rm(tree, { recursive: true });
  });

  test("a report is written to a file when one is named", async () => {
    const report = join(folder, "report.json");
    const { code, out } = await run("FROM scratch AS Up\n", "--format=json", "-o", report);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(await readFile(report, "utf8"), /stage-name-casing/);
  });
});

function recorder() {
  const written = { out: "", complaint: "" };
  const output = {
    out: (more: string) => (written.out += more),
    complain: (more: string) => (written.complaint += more),
    isTerminal: false,
  };
  return { written, output };
}
