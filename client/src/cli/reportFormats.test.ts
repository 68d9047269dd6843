import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../../server/src/dockerfile/parse.ts";
import { lint } from "../../../server/src/lint/lint.ts";
import { rules } from "../../../server/src/lint/rules/index.ts";
import { entriesOf } from "./report.ts";
import { type FileReport, formats, renderReport } from "./reportFormats.ts";

const program = { version: "1.2.3", rules };

function reportOf(path: string, text: string): FileReport {
  const file = parse(text);
  return { path, entries: entriesOf(path, file, lint(file, rules)) };
}

const bad = reportOf("a, b/Dockerfile", 'FROM scratch AS Up\nRUM "<&"\n');
const good = reportOf("good/Dockerfile", "FROM scratch\n");

test("JSON lists the problems of all files", () => {
  assert.deepEqual(JSON.parse(renderReport("json", [good], program)), []);
  assert.equal((JSON.parse(renderReport("json", [bad, good], program)) as unknown[]).length, 2);
});

test("SARIF names the rules that it needs and the places of the problems", () => {
  const { version, runs } = JSON.parse(renderReport("sarif", [bad, good], program)) as {
    version: string;
    runs: { tool: { driver: { rules: { id: string }[] } }; results: unknown[] }[];
  };
  assert.equal(version, "2.1.0");
  assert.deepEqual(
    runs[0]?.tool.driver.rules.map(({ id }) => id),
    ["stage-name-casing", "unknown-instruction"],
  );
  assert.deepEqual(runs[0]?.results[1], {
    ruleId: "unknown-instruction",
    ruleIndex: 1,
    level: "error",
    message: { text: "unknown instruction: RUM (did you mean RUN?)" },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: "a%2C%20b/Dockerfile" },
          region: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 4 },
        },
      },
    ],
  });
});

test("checkstyle and JUnit are XML in which any text is text", () => {
  const odd = reportOf('x"<\0>', "FROM a AS \ud800Ä\n");
  for (const format of ["checkstyle", "junit"] as const) {
    const xml = renderReport(format, [bad, odd, good], program);
    assert.match(xml, /^<\?xml version="1.0" encoding="UTF-8"\?>\n/);
    assert.match(xml, /name="x&#34;&#60;\uFFFD&#62;"/);
    // What is left without tags and references has nothing that XML would stumble over.
    assert.doesNotMatch(xml.replaceAll(/<[^<>]*>|&#\d+;/g, ""), /[<>&]/);
  }
  assert.match(
    renderReport("checkstyle", [bad], program),
    /<error line="2" column="1" severity="error" message="unknown instruction: RUM \(did you mean RUN\?\)" source="unknown-instruction"\/>/,
  );
  assert.match(
    renderReport("junit", [bad, good], program),
    /<testsuites name="slipway check" tests="3" failures="2" errors="0">/,
  );
});

test("Code Climate's issues each end in a zero byte, and GitLab's are a list", () => {
  const issues = renderReport("codeclimate", [bad], program).split("\0");
  assert.equal(issues.length, 3);
  assert.equal(
    (JSON.parse(issues[0] ?? "") as { check_name: string }).check_name,
    "stage-name-casing",
  );
  const list = JSON.parse(renderReport("gitlab_codeclimate", [bad, bad], program)) as {
    severity: string;
    fingerprint: string;
    location: object;
  }[];
  assert.deepEqual(list[1]?.location, { path: "a, b/Dockerfile", lines: { begin: 2, end: 2 } });
  assert.equal(list[1]?.severity, "critical");
  assert.equal(new Set(list.map(({ fingerprint }) => fingerprint)).size, 4);
});

test("GNU's lines and GitHub's annotations stand one on a line", () => {
  assert.equal(
    renderReport("gnu", [bad], program),
    [
      "a, b/Dockerfile:1:17: warning: Stage name 'Up' should be lowercase [stage-name-casing]",
      "a, b/Dockerfile:2:1: error: unknown instruction: RUM (did you mean RUN?) [unknown-instruction]",
      "",
    ].join("\n"),
  );
  assert.equal(
    renderReport("github", [bad], program).split("\n")[0],
    "::warning file=a%2C b/Dockerfile,line=1,endLine=1,col=17,endColumn=19,title=stage-name-casing::Stage name 'Up' should be lowercase",
  );
});

test("every format for programs says something, also of nothing", () => {
  for (const format of formats) {
    if (format !== "tty") {
      assert.equal(typeof renderReport(format, [], program), "string");
    }
  }
});
