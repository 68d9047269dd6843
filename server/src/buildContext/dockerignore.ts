/** A pattern of an ignore file, cleaned, with what it says. */
export interface IgnorePattern {
  /** The pattern without its `!`, relative to the context's root. */
  readonly text: string;
  /** It began with `!`: what it matches is let back in. */
  readonly isException: boolean;
  /** 0-based line in the ignore file. */
  readonly line: number;
}

/** A pattern that the builder refuses; one of them fails the whole build. */
export interface IgnoreError {
  /** 0-based line in the ignore file. */
  readonly line: number;
  readonly message: string;
}

/** Decides which paths of a build context the builder never sees. Paths are relative to the context's root, with forward slashes. */
export interface IgnoreMatcher {
  /** In the order of the file; the last one that decides wins. */
  readonly patterns: readonly IgnorePattern[];
  readonly errors: readonly IgnoreError[];
  /** Any pattern begins with `!`. */
  readonly hasExceptions: boolean;

  /** Whether this file or directory is left out. A directory that is left out may still hold files that are let back in. */
  excludes(path: string): boolean;

  /** Whether a walker has to look into this directory: `false` says that everything below it is left out. */
  mayContainIncluded(directory: string): boolean;
}

/**
 * Reads an ignore file as moby/patternmatcher does, and decides as the walker
 * of the Docker command line does: from the root downwards, where a pattern
 * that matched a directory also matches everything below it.
 *
 * Never throws; a malformed pattern is listed in `errors` and matches nothing.
 */
export function readIgnoreFile(text: string): IgnoreMatcher {
  const patterns: CompiledPattern[] = [];
  const errors: IgnoreError[] = [];
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  for (const [line, raw] of lines.entries()) {
    const written = readLine(raw);
    if (written === undefined) {
      continue;
    }
    const { text, isException } = written;
    const matches = text === "" ? undefined : compile(text);
    if (matches === undefined) {
      errors.push({
        line,
        message:
          text === ""
            ? 'A lone "!" is not a pattern: the build fails.'
            : `The pattern "${text}" is malformed: the build fails.`,
      });
      continue;
    }
    patterns.push({ text, isException, line, matches });
  }
  const exceptions = patterns.filter((pattern) => pattern.isException);
  const exceptionPrefixes = exceptions.map(({ text }) => withoutTrailingWildcard(text));
  const areExceptionsPlain = exceptionPrefixes.every((prefix) => !/[*?[\\]/.test(prefix));

  const excludes = (path: string): boolean => isExcluded(patterns, segmentsOf(path));
  return {
    patterns,
    errors,
    hasExceptions: exceptions.length > 0,
    excludes,
    mayContainIncluded(directory) {
      if (exceptions.length > 0 && !areExceptionsPlain) {
        return true;
      }
      const below = `${segmentsOf(directory).join("/")}/`;
      return (
        below === "/" ||
        !excludes(directory) ||
        exceptionPrefixes.some((prefix) => `${prefix}/`.startsWith(below))
      );
    },
  };
}

interface CompiledPattern extends IgnorePattern {
  readonly matches: (path: string) => boolean;
}

function readLine(raw: string): { text: string; isException: boolean } | undefined {
  if (raw.startsWith("#")) {
    return undefined;
  }
  let text = raw.trim();
  if (text === "") {
    return undefined;
  }
  const isException = text.startsWith("!");
  if (isException) {
    text = text.slice(1).trim();
  }
  if (text !== "") {
    text = cleanPath(text);
    if (text.length > 1 && text.startsWith("/")) {
      text = text.slice(1);
    }
  }
  return { text, isException };
}

/** The shortest path that means the same, as Go's `path.Clean` makes it: no `.`, no inner `..`, no double or trailing slash. */
export function cleanPath(path: string): string {
  const isRooted = path.startsWith("/");
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") {
      continue;
    }
    if (segment !== "..") {
      kept.push(segment);
    } else if (kept.length > 0 && kept.at(-1) !== "..") {
      kept.pop();
    } else if (!isRooted) {
      kept.push("..");
    }
  }
  const joined = kept.join("/");
  return isRooted ? `/${joined}` : joined === "" ? "." : joined;
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "" && segment !== ".");
}

/**
 * Goes down from the root and remembers for each pattern whether it matched an
 * ancestor. A pattern that could not have changed the decision is not asked,
 * and so is not remembered either: `a/b` followed by `!a` leaves `a/b` out,
 * because `!a` had nothing to let back in when the walker stood at `a`.
 */
function isExcluded(patterns: readonly CompiledPattern[], segments: readonly string[]): boolean {
  const matchedAbove = patterns.map(() => false);
  let excluded = false;
  let path = "";
  for (const segment of segments) {
    path = path === "" ? segment : `${path}/${segment}`;
    excluded = false;
    for (const [index, pattern] of patterns.entries()) {
      if (matchedAbove[index] !== true) {
        if (pattern.isException !== excluded || !pattern.matches(path)) {
          continue;
        }
        matchedAbove[index] = true;
      }
      excluded = !pattern.isException;
    }
  }
  return excluded;
}

/** `undefined` for a malformed pattern. */
function compile(pattern: string): ((path: string) => boolean) | undefined {
  if (!isWellFormed(pattern)) {
    return undefined;
  }
  let expression = "^";
  let kind: "exact" | "prefix" | "suffix" | "expression" = "exact";
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? "";
    if (character === "*" && characters[index + 1] === "*") {
      const isFirst = index === 0;
      index += characters[index + 2] === "/" ? 2 : 1;
      if (index + 1 < characters.length) {
        expression += "(?:[^\\n]*\\/)?";
        kind = "expression";
      } else if (kind === "exact") {
        kind = "prefix";
      } else {
        expression += "[^\\n]*";
        kind = "expression";
      }
      if (isFirst) {
        kind = "suffix";
      }
    } else if (character === "*") {
      expression += "[^\\/]*";
      kind = "expression";
    } else if (character === "?") {
      expression += "[^\\/]";
      kind = "expression";
    } else if (character === "\\") {
      const next = characters[++index] ?? "";
      if (next > "\x7F" || !/^[dDsSwWafnrtvbB\W_]$/.test(next)) {
        return undefined;
      }
      expression += next === "a" ? "\\x07" : `\\${next}`;
      kind = "expression";
    } else if (character === "[" || character === "]") {
      expression += character;
      kind = "expression";
    } else if (".+()$/".includes(character)) {
      expression += `\\${character}`;
    } else {
      // Upstream means to escape "|", "{" and "}" as well, but its table
      // overflows: beside a wildcard they keep their meaning in expressions.
      expression += character;
    }
  }
  switch (kind) {
    case "exact":
      return (path) => path === pattern;
    case "prefix": {
      const prefix = pattern.slice(0, -2);
      return (path) => path.startsWith(prefix);
    }
    case "suffix": {
      const suffix = pattern.slice(2);
      return (path) =>
        path.endsWith(suffix) || (suffix.startsWith("/") && path === suffix.slice(1));
    }
    case "expression":
      break;
  }
  return expressionMatcher(`${expression}$`);
}

function expressionMatcher(source: string): ((path: string) => boolean) | undefined {
  // With "u" a "?" is a whole character; without it lone brackets are allowed.
  for (const flags of ["u", ""]) {
    try {
      const expression = new RegExp(source, flags);
      return (path) => expression.test(path);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** What Go's `filepath.Match` accepts: classes are closed, not empty, and their ranges complete; no lone `\` at the end. */
function isWellFormed(pattern: string): boolean {
  let index = 0;
  const readOne = (): boolean => {
    if (pattern[index] === "\\") {
      index++;
    }
    return index < pattern.length && pattern[index++] !== undefined;
  };
  while (index < pattern.length) {
    if (pattern[index] === "\\") {
      index += 2;
      if (index > pattern.length) {
        return false;
      }
    } else if (pattern[index] === "[") {
      index++;
      if (pattern[index] === "^") {
        index++;
      }
      for (let members = 0; ; members++) {
        if (index >= pattern.length) {
          return false;
        }
        if (pattern[index] === "]" && members > 0) {
          index++;
          break;
        }
        if (pattern[index] === "-" || pattern[index] === "]" || !readOne()) {
          return false;
        }
        if (pattern[index] === "-") {
          index++;
          if (pattern[index] === "-" || pattern[index] === "]" || !readOne()) {
            return false;
          }
        }
      }
    } else {
      index++;
    }
  }
  return true;
}

/** `docs/**` and `docs/*` let in nothing but what is below `docs`. */
function withoutTrailingWildcard(pattern: string): string {
  return pattern.replace(/\/\*\*?$/, "");
}
