import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { git, gitOptions } from "../../../server/src/testing/git.ts";
import { forecast, type ForecastReport } from "./forecast.ts";

async function run(
  folder: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ code: number; out: string; complaint: string }> {
  let out = "";
  let complaint = "";
  const code = await forecast(
    args,
    {
      out: (text) => (out += text),
      complain: (text) => (complaint += text),
      isTerminal: false,
    },
    signal,
    { folder, environment: { SLIPWAY_STATE_FOLDER: join(folder, "..", "none") } },
  );
  return { code, out, complaint };
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "slipway-forecast-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Two commits after the first: one changes a source, the other the manifest. */
function makeProject(t: TestContext): string {
  const folder = makeFolder(t);
  const commit = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    git(folder, "add", "-A");
    git(folder, "commit", "-q", "-m", "change");
  };
  git(folder, "init", "-q", "-b", "main");
  commit({
    Dockerfile: "FROM a\nCOPY . .\nRUN install\n",
    "Better.Dockerfile": "FROM a\nCOPY package.json .\nRUN install\nCOPY . .\n",
    "package.json": "1",
    "src/a.js": "1",
  });
  commit({ "src/a.js": "2" });
  commit({ "package.json": "2" });
  return folder;
}

test("the forecast says how often each instruction ran again, and why", gitOptions, async (t) => {
  const folder = makeProject(t);
  const { code, out, complaint } = await run(folder, []);
  assert.equal(code, 0, complaint);
  const lines = out.split("\n");
  assert.match(lines[0] ?? "", /^Over the last 2 commits \(\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d\):$/);
  assert.deepEqual(lines.slice(2, 9), [
    "Dockerfile",
    "",
    "line  ran again  per commit               because of",
    "2     2 of 2                 COPY . .     package.json (1), src/a.js (1)",
    "3     2 of 2                 RUN install",
    "",
    "On average 2 of 2 steps run again for a commit.",
  ]);
});

test("two Dockerfiles are compared", gitOptions, async (t) => {
  const folder = makeProject(t);
  const { out } = await run(folder, ["--compare", "Better.Dockerfile"]);
  assert.match(out, /^With Better\.Dockerfile, 2 steps for a commit become 2\.$/m);
  const { out: json } = await run(folder, ["--compare", "Better.Dockerfile", "--format", "json"]);
  const reports = JSON.parse(json) as ForecastReport[];
  assert.deepEqual(
    reports.map(({ commits, instructions }) => [commits, instructions.map(({ ran }) => ran)]),
    [
      [2, [2, 2]],
      [2, [1, 1, 2]],
    ],
  );
  assert.deepEqual(reports[1]?.perCommit, { ran: 2, mayHaveRun: 0 });
});

test("what cannot be done is told with exit code 2, and an end with 130", gitOptions, async (t) => {
  const folder = makeProject(t);
  for (const [args, message] of [
    [["--commits", "none"], /--commits is a number/],
    [["--target", "nope"], /no stage “nope”/],
    [["-f", "Missing"], /ENOENT/],
    [["--format", "xml"], /--format/],
    [["a", "b"], /one build context/],
    [["--nonsense"], /nonsense/],
  ] as const) {
    const { code, complaint } = await run(folder, args);
    assert.equal(code, 2, args.join(" "));
    assert.match(complaint, message);
  }
  const elsewhere = await run(makeFolder(t), []);
  assert.equal(elsewhere.code, 2);
  assert.match(elsewhere.complaint, /not a git repository/);
  assert.equal((await run(folder, [], AbortSignal.abort())).code, 130);
  assert.match((await run(folder, ["--help"])).out, /^Usage: slipway forecast/);
});
