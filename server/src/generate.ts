import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { labelTypes, type Rule } from "./lint/rule.ts";
import { rulePage, ruleTable } from "./lint/rulePage.ts";
import { ruleSets } from "./lint/ruleSets.ts";
import { rules } from "./lint/rules/index.ts";

// Writes what is made from the rules: their pages in docs/rules, and their settings in package.json
// with the settings' texts in package.nls.json. Run in the project's folder.
//   node server/dist/generate.js [--check]    --check only compares, and exits 1 when something differs

const pagesFolder = join("docs", "rules");
const isCheck = process.argv.includes("--check");
const stale = [
  ...pages(),
  ...json("package.json", withRuleSettings),
  ...json("package.nls.json", withRuleTexts),
];
if (isCheck && stale.length > 0) {
  console.error(`Not up to date; run \`npm run generate\`:\n${stale.join("\n")}`);
  process.exitCode = 1;
}

/** Writes the pages, or names those that differ. */
function pages(): string[] {
  const wanted = new Map([
    ["README.md", ruleTable()],
    ...rules.map((rule) => [`${rule.name}.md`, rulePage(rule)] as const),
  ]);
  mkdirSync(pagesFolder, { recursive: true });
  const present = readdirSync(pagesFolder);
  const superfluous = present.filter((name) => !wanted.has(name));
  const different = [...wanted].filter(
    ([name, text]) =>
      !present.includes(name) || readFileSync(join(pagesFolder, name), "utf8") !== text,
  );
  if (!isCheck) {
    for (const name of superfluous) {
      rmSync(join(pagesFolder, name));
    }
    for (const [name, text] of different) {
      writeFileSync(join(pagesFolder, name), text);
    }
  }
  return [...superfluous, ...different.map(([name]) => name)].map((name) =>
    join(pagesFolder, name),
  );
}

/** Changes a JSON file, or names it when it would change. Its format is left to the formatter. */
function json(path: string, change: (value: JsonObject) => JsonObject): string[] {
  const current = JSON.parse(readFileSync(path, "utf8")) as JsonObject;
  const wanted = change(structuredClone(current));
  if (isDeepStrictEqual(current, wanted)) {
    return [];
  }
  if (!isCheck) {
    writeFileSync(path, `${JSON.stringify(wanted, undefined, 2)}\n`);
  }
  return [path];
}

type JsonObject = Record<string, unknown>;

function withRuleSettings(manifest: JsonObject): JsonObject {
  const { contributes } = manifest as {
    contributes: { configuration: { properties: JsonObject } };
  };
  contributes.configuration.properties["slipway.lint.rules"] = {
    type: "object",
    default: {},
    scope: "resource",
    order: 4,
    markdownDescription: "%configuration.lint.rules%",
    additionalProperties: false,
    properties: Object.fromEntries(rules.map((rule) => [rule.name, ruleSetting(rule)])),
    patternProperties: { "^SC[0-9]{4}$": severitySetting("%configuration.lint.rules.shellcheck%") },
  };
  contributes.configuration.properties["slipway.lint.ruleSet"] = {
    type: "string",
    enum: ["project", ...ruleSets],
    default: "project",
    scope: "resource",
    order: 5,
    markdownDescription: "%configuration.lint.ruleSet%",
    enumDescriptions: ["project", ...ruleSets].map((set) => `%configuration.lint.ruleSet.${set}%`),
  };
  contributes.configuration.properties["slipway.lint.modes"] = {
    type: "object",
    default: {},
    scope: "resource",
    order: 6,
    markdownDescription: "%configuration.lint.modes%",
    additionalProperties: false,
    properties: Object.fromEntries(
      rules.flatMap(({ name, modes }) =>
        modes === undefined ? [] : [[name, { type: "string", enum: Object.keys(modes) }]],
      ),
    ),
  };
  contributes.configuration.properties["slipway.lint.labelSchema"] = {
    type: "object",
    default: {},
    scope: "resource",
    order: 10,
    markdownDescription: "%configuration.lint.labelSchema%",
    additionalProperties: { type: "string", enum: labelTypes },
  };
  return manifest;
}

function ruleSetting({ name }: Rule): JsonObject {
  return severitySetting(`%rules.${name}%`);
}

function severitySetting(markdownDescription: string): JsonObject {
  return {
    type: "string",
    enum: ["default", "off", "info", "warning", "error"],
    default: "default",
    markdownDescription,
  };
}

function withRuleTexts(texts: JsonObject): JsonObject {
  const kept = Object.entries(texts).filter(([key]) => !key.startsWith("rules."));
  const ofRules = rules.map(({ name, summary }) => [`rules.${name}`, summary] as const);
  return Object.fromEntries([...kept, ...ofRules]);
}
