import { evaluationOf } from "../dockerfile/evaluate.ts";
import { parse } from "../dockerfile/parse.ts";
import { findStage } from "../dockerfile/stages.ts";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import { type Finding, type LintOptions, lint } from "../lint/lint.ts";
import { applyEdits, type Rule } from "../lint/rule.ts";

/**
 * What is wrong with the fixes for a text, each applied by itself: its problem has to be gone, nothing new may
 * have come, and the build has to be the same unless the fix says that it is not.
 */
export function fixFaults(
  text: string,
  rules: readonly Rule[],
  options: LintOptions = {},
  isWanted: (finding: Finding) => boolean = () => true,
): string[] {
  const file = parse(text);
  const before = lint(file, rules, options);
  const buildBefore = buildOf(file);
  return before.filter(isWanted).flatMap((finding) => {
    const { fix, rule } = finding;
    if (fix === undefined) {
      return [];
    }
    const mended = applyEdits(text, fix.edits);
    const mendedFile = parse(mended);
    const after = lint(mendedFile, rules, options);
    const faults: string[] = [];
    const count = (findings: readonly Finding[]): number =>
      findings.filter((each) => each.rule === rule).length;
    if (count(after) >= count(before)) {
      faults.push("the problem is still there");
    }
    const left = before.map(keyOf);
    for (const key of revealing.has(rule.name) ? [] : after.map(keyOf)) {
      const index = left.indexOf(key);
      if (index < 0) {
        faults.push(`new: ${key}`);
      } else {
        left.splice(index, 1);
      }
    }
    if (mendedFile.errors.length > file.errors.length) {
      faults.push(`new error: ${mendedFile.errors.map(({ message }) => message).join("; ")}`);
    }
    const isSame = buildOf(mendedFile) === buildBefore;
    if (fix.safe && isSame === (fix.changesSteps === true)) {
      faults.push(isSame ? "no step of the build changes" : "a step of the build changes");
    }
    return faults.map((fault) => `${rule.name}, "${fix.title}": ${fault}\n${mended}`);
  });
}

/** What was silenced by a comment, or no command by mistake, shows its problems when that is mended. */
const revealing = new Set([
  "hadolint-comment",
  "unknown-suppression",
  "unused-suppression",
  "comment-swallows-commands",
  "instruction-in-command",
]);

/** A problem of one kind, wherever it stands; what was perhaps meant may be another name then. */
function keyOf({ rule, message }: Finding): string {
  return `${rule.name}: ${message.replace(/ \(did you mean .*/, "")}`;
}

/** Everything that a build does: its stages and steps, after expansion. Texts are equal when the builds are. */
function buildOf(file: Dockerfile): string {
  return JSON.stringify(
    file.stages.map(({ base, instructions, index }) => [
      index,
      base,
      instructions.filter(({ keyword }) => keyword !== "FROM").map((each) => stepOf(file, each)),
    ]),
  );
}

function stepOf(file: Dockerfile, instruction: Instruction): unknown[] {
  const { keyword, flags, heredocs } = instruction;
  const expanded = (evaluationOf(file).expansions.get(instruction) ?? [])
    .filter(({ role }) => role !== "mount option")
    .map(({ expansion, role }) => [
      role,
      role === "port" ? expansion.text.toLowerCase() : expansion.text,
    ]);
  const options = flags.map(({ name, value }) => [name, sourceOf(file, name, value?.value.text)]);
  const command = "command" in instruction ? instruction.command : undefined;
  return [
    keyword,
    options,
    command?.form === "exec"
      ? command.words.map(({ value }) => value.text)
      : command?.source.text.trim(),
    expanded,
    keyword === "MAINTAINER" ? instruction.body.text : "",
    heredocs.map(({ content }) => content),
  ];
}

/** A stage by its number, for its name may change. */
function sourceOf(file: Dockerfile, flag: string, value = ""): unknown {
  return flag === "from" ? (findStage(file, value)?.index ?? value) : value;
}
