/**
 * Applies every fix that is offered for real Dockerfiles, each by itself, and all safe ones together: the
 * problem has to be gone, nothing new may come, and the build has to stay as the fix says.
 *   node esbuild.mjs --tests server/bench/checkFixes.ts
 *   node client/dist/test/server/bench/checkFixes.js FILE.ndjson
 * FILE holds lines of {"id", "text"}. Prints what is wrong on standard output, and the figures on standard error.
 */
import { readFileSync } from "node:fs";
import { parse } from "../src/dockerfile/parse.ts";
import { lint, safeEdits } from "../src/lint/lint.ts";
import { applyEdits } from "../src/lint/rule.ts";
import { rules } from "../src/lint/rules/index.ts";
import { fixFaults } from "../src/testing/fixFaults.ts";

const severities = Object.fromEntries(
  rules.flatMap(({ name, severity }) => (severity === "off" ? [[name, "warning" as const]] : [])),
);

const figures = { files: 0, fixes: 0, faults: 0, mended: 0, leftAfterAll: 0 };
const faultsByRule = new Map<string, number>();
for (const line of readFileSync(process.argv[2] ?? "", "utf8").split("\n")) {
  if (line !== "") {
    const { id, text } = JSON.parse(line) as { id: string; text: string };
    checkFile(id, text);
  }
}
console.error(JSON.stringify({ ...figures, faultsByRule: Object.fromEntries(faultsByRule) }));

function checkFile(id: string, text: string): void {
  figures.files++;
  const findings = lint(parse(text), rules, { severities });
  figures.fixes += findings.filter(({ fix }) => fix !== undefined).length;
  for (const fault of fixFaults(text, rules, { severities })) {
    const [rule = ""] = fault.split(",", 1);
    figures.faults++;
    faultsByRule.set(rule, (faultsByRule.get(rule) ?? 0) + 1);
    console.log(`${id}: ${fault}`);
  }
  let mended = text;
  for (let round = 0; round < 10; round++) {
    const edits = safeEdits(lint(parse(mended), rules, { severities }));
    if (edits.length === 0) {
      break;
    }
    mended = applyEdits(mended, edits);
  }
  const left = lint(parse(mended), rules, { severities }).filter(({ fix }) => fix?.safe === true);
  figures.mended += mended === text ? 0 : 1;
  figures.leftAfterAll += left.length;
  if (parse(mended).errors.length > parse(text).errors.length) {
    console.log(`${id}: the safe fixes together make an error\n${mended}`);
  }
}
