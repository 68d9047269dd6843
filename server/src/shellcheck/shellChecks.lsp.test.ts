import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, suite, test } from "node:test";
import { bundledShellCheck } from "./bundledShellCheck.ts";
import { InstalledShellCheck } from "./installedShellCheck.ts";
import { ShellCheckFailure } from "./shellCheck.ts";
import { ShellChecks } from "./shellChecks.ts";
import { WasmShellCheck, type WasmShellCheckOptions } from "./wasmShellCheck.ts";

const { signal } = new AbortController();
const files = bundledShellCheck(resolve("server/dist"));
const script = "#!/bin/sh\necho $A\n";

suite("ShellCheck's WebAssembly", () => {
  test("checks hundreds of scripts in a row, in little memory", async (t) => {
    const shellCheck = bundled(t);
    await shellCheck.check(script, signal);
    const before = process.memoryUsage.rss();
    for (let index = 0; index < 300; index++) {
      const comments = await shellCheck.check(
        `#!/bin/bash\nname${index}=$(ls *.txt)\necho $A\n`,
        signal,
      );
      assert.ok(
        comments.some(({ code }) => code === 2086),
        `script ${index}`,
      );
    }
    const growth = (process.memoryUsage.rss() - before) / 1024 / 1024;
    assert.ok(growth < 100, `${growth.toFixed(0)} MiB more than after the first script`);
  });

  test("ends when it is not needed, and starts again", async (t) => {
    const shellCheck = bundled(t, { idle: 10 });
    await shellCheck.check(script, signal);
    await until(() => !shellCheck.isRunning);
    assert.equal((await shellCheck.check(script, signal)).length, 1);
  });

  test("is ended when it does not come to an end, and answers the next script", async (t) => {
    const shellCheck = bundled(t, { patience: 1 });
    const long = `#!/bin/bash\n${"if [ $a == $b ]; then cat $c | grep d; fi\n".repeat(3000)}`;
    await assert.rejects(shellCheck.check(long, signal), ShellCheckFailure);
    assert.ok(!shellCheck.isRunning);
    assert.equal((await bundled(t).check(script, signal)).length, 1);
  });

  test("does not begin with a script that nobody wants any more", async (t) => {
    const shellCheck = bundled(t);
    await assert.rejects(shellCheck.check(script, AbortSignal.abort()), { name: "AbortError" });
    assert.ok(!shellCheck.isRunning);
  });

  test("stops a long script that nobody wants any more", async (t) => {
    const shellCheck = bundled(t);
    const stale = new AbortController();
    const long = `#!/bin/bash\n${"if [ $a == $b ]; then cat $c | grep d; fi\n".repeat(3000)}`;
    const checked = shellCheck.check(long, stale.signal);
    await until(() => shellCheck.isRunning);
    stale.abort();
    await assert.rejects(checked, ShellCheckFailure);
  });

  test("says when it cannot be started", async (t) => {
    const shellCheck = bundled(t, { wasmFile: "/nowhere" });
    await assert.rejects(
      shellCheck.check(script, signal),
      (error) => error instanceof ShellCheckFailure && error.cannotStart,
    );
  });
});

test("several scripts are checked at once, and each has its own answer", async (t) => {
  const checks = new ShellChecks(files, {}, 3);
  t.after(() => {
    checks.stop();
  });
  const names = Array.from({ length: 12 }, (_, index) => `name${index}`);
  const answers = await Promise.all(
    names.map(async (name) => checks.bundled.check(`#!/bin/sh\necho "$${name}"\n`, signal)),
  );
  assert.deepEqual(
    answers.map(([first]) => first?.message),
    names.map((name) => `${name} is referenced but not assigned.`),
  );
});

suite("an installed ShellCheck", { skip: process.platform === "win32" }, () => {
  test("reads the script and says what it finds", async (t) => {
    const program = await standIn(
      t,
      `read -r shebang; read -r line; echo "[{\\"line\\":2,\\"column\\":1,\\"level\\":\\"info\\",\\"code\\":1,\\"message\\":\\"$shebang\\"}]"; exit 1`,
    );
    const [comment] = await new InstalledShellCheck(program).check(script, signal);
    assert.equal(comment?.message, "#!/bin/sh");
  });

  test("that is none is noticed", async (t) => {
    for (const program of [await standIn(t, "echo usage"), "/nowhere/shellcheck"]) {
      await assert.rejects(
        new InstalledShellCheck(program).check(script, signal),
        (error) => error instanceof ShellCheckFailure && error.cannotStart,
      );
    }
  });

  test("is stopped when nobody wants it any more", async (t) => {
    const program = await standIn(t, "exec sleep 60");
    const stale = new AbortController();
    const checked = new InstalledShellCheck(program).check(script, stale.signal);
    stale.abort();
    await assert.rejects(checked, { name: "AbortError" });
  });

  test("is found on the PATH, and run only where that is allowed", async (t) => {
    const program = await standIn(t, "echo '[]'");
    const PATH = `relative:/nowhere:${resolve(program, "..")}`;
    const checks = new ShellChecks(files, { PATH });
    t.after(() => {
      checks.stop();
    });
    const findings = async (path: string, mayRun: boolean) =>
      (await (await checks.of({ path, mayRun })).check(script, signal)).length;
    assert.equal(await findings("", true), 0);
    assert.equal(await findings(program, true), 0);
    assert.equal(await findings("", false), 1);
    assert.equal(await findings(program, false), 1);
    const none = new ShellChecks(files, { PATH: "." });
    assert.equal(await none.of({ path: "", mayRun: true }), none.bundled);
  });
});

function bundled(t: TestContext, options: Partial<WasmShellCheckOptions> = {}): WasmShellCheck {
  const shellCheck = new WasmShellCheck({ ...files, ...options });
  t.after(() => {
    shellCheck.stop();
  });
  return shellCheck;
}

/** A program of shell that takes the place of ShellCheck. */
async function standIn(t: TestContext, body: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-shellcheck-"));
  t.after(async () => rm(folder, { recursive: true, force: true }));
  const program = join(folder, "shellcheck");
  await writeFile(program, `#!/bin/sh\n${body}\n`);
  await chmod(program, 0o755);
  return program;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, "It did not happen within 20 seconds.");
    await new Promise((wake) => setTimeout(wake, 20));
  }
}
