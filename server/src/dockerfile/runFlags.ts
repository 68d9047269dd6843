import { quoted } from "./characters.ts";
import { splitCsv } from "./csv.ts";
import type { ErrorList } from "./errors.ts";
import { readBoolean } from "./goValues.ts";
import { suggest, withSuggestion } from "./suggest.ts";
import type { Flag, RunMount, Word } from "./syntax.ts";

/** Checks what can be said of RUN's flags without knowing any variable. */
export function checkRunFlags(
  flags: readonly Flag[],
  mounts: readonly RunMount[],
  errors: ErrorList,
): void {
  for (const { name, value } of flags) {
    const text = value?.value.text;
    if (value === undefined || text === undefined) {
      continue;
    }
    if (name === "device") {
      checkDevice(value, errors);
    } else if (name === "network" && !["default", "none", "host"].includes(text)) {
      errors.add("invalid-network", value.span, `invalid network mode ${quoted(text)}`);
    } else if (name === "security" && !["sandbox", "insecure"].includes(text)) {
      errors.add("invalid-security", value.span, `security ${quoted(text)} is not valid`);
    }
  }
  for (const { options } of mounts) {
    for (const { key, value } of options) {
      if (key === "from" && value !== undefined && /\$./s.test(value.value.text)) {
        errors.add(
          "variable-not-allowed",
          value.span,
          "'from' doesn't support variable expansion, define alias stage instead",
        );
      }
    }
  }
}

function checkDevice(value: Word, errors: ErrorList): void {
  const fields = splitCsv(value.value);
  if ("error" in fields) {
    errors.add("invalid-device", value.span, `failed to parse csv devices: ${fields.error}`);
    return;
  }
  let device = "";
  for (const { text, span } of fields) {
    const equals = text.indexOf("=");
    const key = (equals === -1 ? text : text.slice(0, equals)).toLowerCase();
    const setting = text.slice(equals + 1);
    if (equals === -1 && key !== "required") {
      if (device !== "") {
        errors.add("invalid-device", span, `invalid field '${text}' must be a key=value pair`);
        return;
      }
      device = text;
    } else if (key === "name") {
      if (device !== "") {
        errors.add("invalid-device", span, `device name already set to ${device}`);
        return;
      }
      device = setting;
    } else if (key === "required") {
      if (equals !== -1 && readBoolean(setting) === undefined) {
        errors.add("invalid-device", span, `invalid value for ${key}: ${setting}`);
        return;
      }
    } else if (device === "") {
      device = text;
    } else {
      const suggestion = suggest(key, ["name", "required"]);
      errors.add(
        "invalid-device",
        span,
        withSuggestion(`unexpected key '${key}' in '${text}'`, suggestion),
      );
      return;
    }
  }
}
