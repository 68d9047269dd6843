import type { ErrorList } from "./errors.ts";
import { readDuration, readInteger } from "./goValues.ts";
import type { Flag } from "./syntax.ts";

const durations = new Set(["interval", "timeout", "start-period", "start-interval"]);
const millisecond = 1e6;

/** Checks the values of HEALTHCHECK's flags: durations of 0 or at least 1 ms, retries not below 0. */
export function checkHealthcheckFlags(flags: readonly Flag[], errors: ErrorList): void {
  for (const { name, value } of flags) {
    const text = value?.value.text ?? "";
    if (value === undefined || text === "") {
      continue;
    }
    if (durations.has(name)) {
      const duration = readDuration(text);
      if (typeof duration !== "number") {
        errors.add("invalid-duration", value.span, duration.error);
      } else if (duration !== 0 && duration < millisecond) {
        errors.add("invalid-duration", value.span, `Interval "${name}" cannot be less than 1ms`);
      }
    } else if (name === "retries") {
      const retries = readInteger(text);
      if (retries === undefined || Math.abs(retries) > 2 ** 31) {
        const reason = /^[+-]?[0-9]+$/.test(text) ? "value out of range" : "invalid syntax";
        errors.add(
          "invalid-number",
          value.span,
          `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${reason}`,
        );
      } else if (retries < 0) {
        errors.add("invalid-number", value.span, `--retries cannot be negative (${retries})`);
      }
    }
  }
}
