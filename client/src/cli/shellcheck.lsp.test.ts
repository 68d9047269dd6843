import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";

suite("ShellCheck in slipway check", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-cli-"));
    await writeFile(join(folder, "a.Dockerfile"), "FROM alpine:3.21\nRUN echo $A\n");
    await writeFile(join(folder, "b.Dockerfile"), "FROM alpine:3.21\nRUN if true; then\n");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** The built command, where no ShellCheck is installed unless `path` says where. */
  function check(args: readonly string[], path = "/nowhere") {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [resolve("client/dist/cli.js"), "check", ...args],
      { cwd: folder, encoding: "utf8", env: { ...process.env, PATH: path, Path: path } },
    );
    assert.equal(stderr, "");
    return { status, stdout };
  }

  test("its findings stand among the others, and count for the exit code", () => {
    assert.deepEqual(check(["a.Dockerfile"]), {
      status: 1,
      stdout: [
        "a.Dockerfile:2:10: info: Double quote to prevent globbing and word splitting. (SC2086)",
        "2 | RUN echo $A",
        "  |          ^^",
        "",
        "",
      ].join("\n"),
    });
    assert.equal(check(["-t", "warning", "a.Dockerfile"]).status, 0);
    const { status, stdout } = check(["-t", "error", "-f", "json", "b.Dockerfile", "a.Dockerfile"]);
    assert.equal(status, 1);
    const entries = JSON.parse(stdout) as { readonly file: string; readonly code: string }[];
    assert.deepEqual(
      entries.map(({ file, code }) => `${file} ${code}`),
      ["SC1009", "SC1073", "SC1072"]
        .map((code) => `b.Dockerfile ${code}`)
        .concat("a.Dockerfile SC2086"),
    );
  });

  test("its codes lead to their pages in SARIF", () => {
    const { stdout } = check(["--format", "sarif", "a.Dockerfile"]);
    const { runs } = JSON.parse(stdout) as {
      readonly runs: readonly [{ readonly tool: { readonly driver: { readonly rules: unknown } } }];
    };
    assert.deepEqual(runs[0].tool.driver.rules, [
      { id: "SC2086", helpUri: "https://www.shellcheck.net/wiki/SC2086" },
    ]);
  });

  test("it is left out when that is asked for", () => {
    for (const option of ["--no-shellcheck", "--rule-set=buildkit"]) {
      assert.deepEqual(check([option, "b.Dockerfile"]), { status: 0, stdout: "" }, option);
    }
    const ignored = ["--ignore=SC1009", "--ignore=SC1072", "--ignore=SC1073"];
    assert.deepEqual(check([...ignored, "b.Dockerfile"]), { status: 0, stdout: "" });
  });

  test("an installed one comes first", { skip: process.platform === "win32" }, async () => {
    const program = join(folder, "shellcheck");
    await writeFile(program, "#!/bin/sh\necho '[]'\n");
    await chmod(program, 0o755);
    assert.deepEqual(check(["b.Dockerfile"], folder), { status: 0, stdout: "" });
  });
});
