/** Values as Go's standard library reads them, because BuildKit does; each `undefined` when it refuses. */

/** `strconv.ParseBool` */
export function readBoolean(text: string): boolean | undefined {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) {
    return true;
  }
  return ["0", "f", "F", "FALSE", "false", "False"].includes(text) ? false : undefined;
}

/** `strconv.ParseUint` with a base up to 10. `maximum` is what its bit size allows. */
export function readUnsigned(text: string, base: 8 | 10, maximum: number): number | undefined {
  if (!(base === 8 ? /^[0-7]+$/ : /^[0-9]+$/).test(text)) {
    return undefined;
  }
  const digits = text.replace(/^0+(?=.)/, "");
  const value = digits.length > 15 ? Number.POSITIVE_INFINITY : Number.parseInt(digits, base);
  return value > maximum ? undefined : value;
}

/** `strconv.Atoi`, or `ParseInt` of 32 bits. */
export function readInteger(text: string): number | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    return undefined;
  }
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** `time.ParseDuration` in nanoseconds, or its complaint. */
export function readDuration(text: string): number | { readonly error: string } {
  const quoted = JSON.stringify(text);
  let rest = text.replace(/^[+-]/, "");
  if (rest === "0") {
    return 0;
  }
  if (rest === "") {
    return { error: `time: invalid duration ${quoted}` };
  }
  let total = 0;
  while (rest !== "") {
    const number = /^(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)/.exec(rest)?.[0];
    if (number === undefined) {
      return { error: `time: invalid duration ${quoted}` };
    }
    rest = rest.slice(number.length);
    const unit = /^[^0-9.]*/.exec(rest)?.[0] ?? "";
    if (unit === "") {
      return { error: `time: missing unit in duration ${quoted}` };
    }
    const nanoseconds = units.get(unit);
    if (nanoseconds === undefined) {
      return { error: `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}` };
    }
    rest = rest.slice(unit.length);
    total += Number(number) * nanoseconds;
    if (total > 2 ** 63) {
      return { error: `time: invalid duration ${quoted}` };
    }
  }
  return text.startsWith("-") ? -total : total;
}

const units = new Map([
  ["ns", 1],
  ["us", 1e3],
  ["µs", 1e3],
  ["μs", 1e3],
  ["ms", 1e6],
  ["s", 1e9],
  ["m", 60e9],
  ["h", 3600e9],
]);

/** A size as the Docker command line reads it (`10m`, `1.5GiB`). */
export function isSize(text: string): boolean {
  return /^\+?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+) ?(?:b|[kmgtp](?:i?b)?)?$/i.test(text);
}
