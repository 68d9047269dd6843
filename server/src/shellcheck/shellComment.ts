/** One thing that ShellCheck says about a script. Lines and columns are 1-based; see `ScriptPlace`. */
export interface ShellComment extends ScriptStretch {
  /** The number behind `SC`. */
  readonly code: number;
  readonly level: ShellLevel;
  readonly message: string;
  /** What mends it, all of it together. */
  readonly fix?: readonly Replacement[];
}

export type ShellLevel = "error" | "warning" | "info" | "style";

/** A stretch of a script as ShellCheck counts: columns are code points, and a tab leads to the next multiple of 8. */
export interface ScriptStretch {
  readonly start: ScriptPlace;
  readonly end: ScriptPlace;
}

export interface ScriptPlace {
  readonly line: number;
  readonly column: number;
}

export interface Replacement extends ScriptStretch {
  readonly text: string;
}

/**
 * Reads ShellCheck's output, that of its format `json` as well as that of its WebAssembly build, which
 * names a few things differently. `undefined` when it is neither.
 */
export function readComments(output: string): readonly ShellComment[] | undefined {
  try {
    const read: unknown = JSON.parse(output);
    return Array.isArray(read) ? read.flatMap((each) => commentOf(each) ?? []) : undefined;
  } catch {
    return undefined;
  }
}

function commentOf(value: unknown): ShellComment | undefined {
  const code = numberIn(value, "code");
  const level = member(value, "level") ?? member(value, "severity");
  const message = member(value, "message");
  const stretch = stretchOf(value);
  if (
    code === undefined ||
    !isLevel(level) ||
    typeof message !== "string" ||
    stretch === undefined
  ) {
    return undefined;
  }
  const fix = fixOf(member(value, "fix"));
  return { ...stretch, code, level, message, ...(fix === undefined ? {} : { fix }) };
}

/** A fix of which a part cannot be read is none. */
function fixOf(value: unknown): readonly Replacement[] | undefined {
  const written: unknown = member(value, "replacements");
  if (!Array.isArray(written)) {
    return undefined;
  }
  const read = written.flatMap((each): Replacement[] => {
    const stretch = stretchOf(each);
    const text = member(each, "replacement") ?? member(each, "text");
    return stretch === undefined || typeof text !== "string" ? [] : [{ ...stretch, text }];
  });
  return read.length > 0 && read.length === written.length ? read : undefined;
}

function stretchOf(value: unknown): ScriptStretch | undefined {
  const line = numberIn(value, "line") ?? numberIn(value, "startLine");
  const column = numberIn(value, "column") ?? numberIn(value, "startColumn");
  if (line === undefined || column === undefined) {
    return undefined;
  }
  return {
    start: { line, column },
    end: {
      line: numberIn(value, "endLine") ?? line,
      column: numberIn(value, "endColumn") ?? column,
    },
  };
}

function isLevel(value: unknown): value is ShellLevel {
  return value === "error" || value === "warning" || value === "info" || value === "style";
}

function numberIn(value: unknown, key: string): number | undefined {
  const found = member(value, key);
  return typeof found === "number" ? found : undefined;
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
