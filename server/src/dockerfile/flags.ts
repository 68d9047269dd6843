import type { ErrorList } from "./errors.ts";
import { describeFlag, describeInstruction } from "./instructions.ts";
import { suggest, withSuggestion } from "./suggest.ts";
import type { Flag, Keyword } from "./syntax.ts";

/** Checks names, repetition and the need for a value; what a value means is checked elsewhere. */
export function checkFlags(flags: readonly Flag[], keyword: Keyword, errors: ErrorList): void {
  const known = describeInstruction(keyword)?.flags ?? [];
  const seen = new Set<string>();
  for (const { name, nameSpan, span, value } of flags) {
    const description = describeFlag(keyword, name);
    if (description === undefined) {
      const names = known.map((each) => each.name);
      errors.add(
        "unknown-flag",
        nameSpan,
        withSuggestion(`unknown flag: --${name}`, suggest(name, names)),
      );
      continue;
    }
    const { kind } = description;
    if (seen.has(name) && kind !== "repeatable") {
      errors.add("duplicate-flag", span, `duplicate flag specified: --${name}`);
      continue;
    }
    seen.add(name);
    const text = value?.value.text;
    if (kind === "boolean") {
      if (text === "") {
        errors.add("flag-without-value", span, `missing a value on flag: --${name}`);
      } else if (text !== undefined && !/^(?:true|false)$/i.test(text)) {
        errors.add(
          "flag-not-boolean",
          value?.span ?? span,
          `expecting boolean value for flag --${name}, not: ${text}`,
        );
      }
    } else if (text === undefined) {
      errors.add("flag-without-value", span, `missing a value on flag: --${name}`);
    }
  }
}
