import { parse } from "../dockerfile/parse.ts";
import { dedent } from "../text/dedent.ts";
import { lint } from "./lint.ts";
import { severitiesFor, surroundingsOf } from "./exampleRun.ts";
import type { Example, ImageFacts, Policy, Rule } from "./rule.ts";
import { isHadolintCode } from "./ruleSets.ts";
import { rules } from "./rules/index.ts";

/** A rule as a page of the documentation, in Markdown. What the examples report is found by running the rule. */
export function rulePage(rule: Rule): string {
  const parts = [
    `# ${rule.name}`,
    rule.summary,
    facts(rule),
    "## Why",
    dedent(rule.explanation).trim(),
    "## Examples",
    ...rule.examples.flatMap((example) => examplePage(rule, example)),
    "## Options",
    options(rule),
    ...modes(rule),
  ];
  return `${generatedMark}\n\n${parts.join("\n\n")}\n`;
}

/** The table of all rules, in Markdown. */
export function ruleTable(): string {
  const rows = rules.map(
    (rule) =>
      `| [${rule.name}](${rule.name}.md) | ${rule.severity} | ${rule.summary} | ${rule.alsoKnownAs.map(code).join(", ")} | ${fixes(rule)} |`,
  );
  return [
    generatedMark,
    "",
    "# Rules",
    "",
    "| Rule | Severity | What it asks for | Also known as | Fix |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

const generatedMark = "<!-- Made from the rules' sources by `npm run generate`; do not edit. -->";

function facts(rule: Rule): string {
  const lines = [
    `- Severity: ${rule.severity}`,
    `- Fix: ${fixes(rule)}`,
    `- Since: ${rule.since ?? "0.1.0"}`,
    ...(rule.alsoKnownAs.length > 0
      ? [`- Also known as: ${rule.alsoKnownAs.map(code).join(", ")}`]
      : []),
  ];
  return lines.join("\n");
}

/** Whether the examples' problems have fixes, and whether "fix all" applies them. */
function fixes(rule: Rule): "safe" | "on request" | "none" {
  const found = rule.examples.flatMap((example) => problems(rule, example));
  const offered = found.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  if (offered.length === 0) {
    return "none";
  }
  return offered.every(({ safe }) => safe) ? "safe" : "on request";
}

function examplePage(rule: Rule, example: Example): string[] {
  const reported = problems(rule, example).map(({ message }) => `- ${message}`);
  return [
    ...(example.ignoreFile === undefined
      ? []
      : ["With this `.dockerignore`:", block(example.ignoreFile.trim())]),
    ...(example.contextFiles === undefined
      ? []
      : [`With these files beside it: ${example.contextFiles.map(code).join(", ")}.`]),
    ...(example.policy === undefined
      ? []
      : ["With this `slipway.yaml`:", block(projectFile(example.policy), "yaml")]),
    ...Object.entries(example.images ?? {}).map(
      ([name, facts]) => `When the engine has the image ${code(name)} with ${factsOfImage(facts)}:`,
    ),
    ...(example.mode === undefined ? [] : [`In the mode ${code(example.mode)}:`]),
    block(unmarked(example)),
    [...new Set(reported)].join("\n"),
    ...(example.good === undefined ? [] : ["Better:", block(dedent(example.good).trim())]),
  ];
}

function problems(rule: Rule, example: Example) {
  return lint(parse(unmarked(example)), rules, {
    severities: severitiesFor(rule, rules),
    surroundings: surroundingsOf(rule, example),
  }).filter((finding) => finding.rule === rule);
}

/** The bad example without its marks: lines that hold only carets and what they say. */
function unmarked({ bad }: Example): string {
  return dedent(bad)
    .split("\n")
    .filter((line) => !/^\s*\^+(?: .*)?$/.test(line))
    .join("\n")
    .trim();
}

function options({ name, alsoKnownAs, ignoresInlineSkip }: Rule): string {
  const spelled = alsoKnownAs[0] ?? name;
  const code = alsoKnownAs.find(isHadolintCode);
  const inline =
    ignoresInlineSkip === true
      ? `Silence it with \`# check=skip=${spelled}\` at the top of the file; BuildKit does not let a comment above an instruction do it.`
      : `Silence it with \`# check=skip=${spelled}\` at the top of the file, or above one instruction.`;
  return [
    `Set \`slipway.lint.rules\` to change its severity: \`{ "${name}": "off" }\`; or write \`${name}: off\` under \`rules:\` in a \`slipway.yaml\`.`,
    inline,
    ...(code === undefined
      ? []
      : [`hadolint's comments work too: \`# hadolint ignore=${code}\` on the line above.`]),
  ].join("\n");
}

function modes({ name, modes: known = {} }: Rule): string[] {
  const [first] = Object.keys(known);
  return first === undefined
    ? []
    : [
        `The rule can be read in several ways, \`${first}\` when nothing is said. Choose with \`slipway.lint.modes\`, or with \`${name}: { mode: … }\` under \`rules:\` in a \`slipway.yaml\`:`,
        Object.entries(known)
          .map(
            ([mode, { meaning, isHadolints }]) =>
              `- ${code(mode)} ${meaning}${isHadolints === true ? " (the rule set `hadolint` has this)" : ""}.`,
          )
          .join("\n"),
      ];
}

function projectFile(policy: Policy): string {
  const { trustedRegistries, labelSchema, strictLabels, secretWords, publicWords } = policy;
  return [
    ...list("secret-words", secretWords),
    ...list("public-words", publicWords),
    ...(trustedRegistries === undefined
      ? []
      : ["trustedRegistries:", ...trustedRegistries.map((each) => `  - "${each}"`)]),
    ...(labelSchema === undefined
      ? []
      : ["label-schema:", ...[...labelSchema].map(([name, type]) => `  ${name}: ${type}`)]),
    ...(strictLabels === undefined ? [] : [`strict-labels: ${strictLabels}`]),
  ].join("\n");
}

function factsOfImage({ environment, shell, platform }: ImageFacts): string {
  return [
    ...(environment === undefined ? [] : [`the environment ${environment.map(code).join(", ")}`]),
    ...(shell === undefined ? [] : [`the shell ${code(JSON.stringify(shell))}`]),
    ...(platform === undefined ? [] : [`the platform ${code(platform)}`]),
  ].join(" and ");
}

function list(key: string, words: readonly string[] | undefined): string[] {
  return words === undefined ? [] : [`${key}: [${words.map((word) => `"${word}"`).join(", ")}]`];
}

function block(text: string, language = "dockerfile"): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function code(text: string): string {
  return `\`${text}\``;
}
