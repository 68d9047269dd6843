import type { Span } from "../text/span.ts";
import { quoted } from "./characters.ts";
import { chmodError } from "./chmod.ts";
import { ErrorList } from "./errors.ts";
import type { Evaluation, ExpandedText } from "./evaluate.ts";
import { expand } from "./expansion.ts";
import { digestError, imageReferenceError } from "./imageReference.ts";
import { checkMounts } from "./mountCheck.ts";
import { joinPath } from "./paths.ts";
import { readPlatform } from "./platforms.ts";
import { exposedPortError } from "./ports.ts";
import { gitQueryError, sourceKind } from "./remoteSources.ts";
import { isSignal } from "./signals.ts";
import { Suggester, withSuggestion } from "./suggest.ts";
import type {
  AddInstruction,
  CopyInstruction,
  Dockerfile,
  EscapeCharacter,
  FromInstruction,
  Instruction,
  StageBase,
  SyntaxError,
} from "./syntax.ts";

/**
 * The errors that BuildKit finds while it carries out instructions: those that depend on the values of
 * variables. It stops at the first; here every stage is checked.
 */
export function dispatchErrors(
  instructions: readonly Instruction[],
  { expansions, bases, globals }: Evaluation,
  { escape, directives }: Pick<Dockerfile, "escape" | "directives">,
): SyntaxError[] {
  const isLabs = directives.some(
    ({ name, value, effective }) => name === "syntax" && effective && value.includes("labs"),
  );
  const list = new ErrorList(false);
  const later = new ErrorList(true);
  const suggester = new Suggester();
  const workdirs: (string | undefined)[] = [];
  let workdir: string | undefined;
  for (const instruction of instructions) {
    if (instruction.stage !== undefined && instruction.keyword === "FROM" && !instruction.onbuild) {
      const base = bases[instruction.stage];
      workdir =
        base?.kind === "stage" ? workdirs[base.stage] : base?.kind === "scratch" ? "/" : undefined;
    }
    const expanded = expansions.get(instruction) ?? [];
    for (const { expansion } of expanded) {
      const { error } = expansion;
      if (error !== undefined) {
        list.add(error.code, error.span, error.message, expansion.uses.length > 0);
      }
    }
    const valid = expanded.filter(({ expansion }) => expansion.error === undefined);
    check(instruction, valid, instruction.onbuild ? later : list);
    if (instruction.keyword === "WORKDIR" && !instruction.onbuild) {
      const path = valid[0]?.expansion.text ?? "";
      workdir = path.startsWith("/")
        ? path
        : workdir === undefined
          ? undefined
          : joinPath(workdir, path);
    }
    if (instruction.stage !== undefined) {
      workdirs[instruction.stage] = workdir;
    }
  }
  return [...list.errors, ...later.errors];

  function nearGlobal(name: string): string | undefined {
    return suggester.suggest(name, () => globals.names());
  }

  function check(
    instruction: Instruction,
    expanded: readonly ExpandedText[],
    list: ErrorList,
  ): void {
    switch (instruction.keyword) {
      case "FROM":
        if (instruction.stage !== undefined && !instruction.onbuild) {
          checkFrom(instruction, expanded, bases[instruction.stage], nearGlobal, list);
        }
        break;
      case "RUN":
        checkMounts(instruction.mounts, expanded, workdir, list);
        if (!isLabs) {
          checkDevices(instruction, list);
        }
        break;
      case "COPY":
      case "ADD":
        checkCopy(instruction, expanded, escape, list);
        break;
      case "EXPOSE":
        for (const { expansion } of expanded) {
          for (const { text, span } of expansion.words) {
            const message = exposedPortError(text);
            if (message !== undefined) {
              list.add("invalid-port", span, message, expansion.uses.length > 0);
            }
          }
        }
        break;
      case "VOLUME":
        for (const { expansion, span, raw } of expanded) {
          if (expansion.text === "" && raw.text !== "") {
            list.add(
              "invalid-volume",
              span,
              "VOLUME specified can not be an empty string",
              expansion.uses.length > 0,
            );
          }
        }
        break;
      case "STOPSIGNAL":
        for (const { expansion, span } of expanded) {
          if (!isSignal(expansion.text)) {
            const message = `invalid signal: ${expansion.text}`;
            list.add("invalid-signal", span, message, expansion.uses.length > 0);
          }
        }
        break;
      default:
        break;
    }
  }
}

/** Devices are an experiment, which no frontend has that is built into an engine. */
function checkDevices({ flags }: Instruction, list: ErrorList): void {
  const device = flags.find(({ name, value }) => name === "device" && value !== undefined);
  if (device !== undefined) {
    list.add(
      "invalid-device",
      device.span,
      "device feature is only supported in Dockerfile frontend 1.14.0-labs or later",
    );
  }
}

function checkFrom(
  { image }: FromInstruction,
  expanded: readonly ExpandedText[],
  base: StageBase | undefined,
  nearGlobal: (name: string) => string | undefined,
  list: ErrorList,
): void {
  for (const { role, expansion, raw, span } of expanded) {
    const conditional = expansion.uses.length > 0;
    const { text } = expansion;
    if (role === "image") {
      const reason = imageReferenceError(text);
      if (text === "") {
        list.add("blank-image", span, `base name (${raw.text}) should not be blank`, conditional);
      } else if (base?.kind === "image" && image !== undefined && reason !== undefined) {
        const message = `failed to parse stage name ${quoted(text)}: ${reason}`;
        list.add("invalid-image", span, message, conditional);
      }
    } else if (role === "platform") {
      const platform = readPlatform(text);
      const missing = expansion.uses.find(({ value }) => value === undefined)?.name;
      const suggestion = missing === undefined ? undefined : nearGlobal(missing);
      if (text === "") {
        const message = `empty platform value from expression ${raw.text}`;
        list.add("invalid-platform", span, withSuggestion(message, suggestion), conditional);
      } else if ("error" in platform) {
        const { message } = withSuggestion(platform.error, suggestion);
        list.add(
          "invalid-platform",
          span,
          `failed to parse platform ${raw.text}: ${message}`,
          conditional,
        );
      }
    }
  }
}

function checkCopy(
  instruction: CopyInstruction | AddInstruction,
  expanded: readonly ExpandedText[],
  escape: EscapeCharacter,
  list: ErrorList,
): void {
  if (instruction.keyword === "COPY" && instruction.from !== undefined) {
    checkFromFlag(instruction.from, escape, list);
  }
  const sources = expanded.filter(({ role }) => role === "source");
  for (const { role, expansion, span } of expanded) {
    const conditional = expansion.uses.length > 0;
    const { text } = expansion;
    if (role === "mode" && text !== "") {
      const message = chmodError(text);
      if (message !== undefined) {
        list.add("invalid-chmod", span, message, conditional);
      }
    } else if (role === "checksum" && text !== "") {
      checkChecksum(text, span, sources, conditional, list);
    } else if (role === "source") {
      const kind = sourceKind(text);
      const problem = kind === "git" ? gitQueryError(text) : undefined;
      if (problem !== undefined) {
        list.add("invalid-source", span, problem, conditional);
      } else if (kind !== "local" && instruction.keyword === "COPY") {
        const what = kind === "git" ? "a git ref" : "a URL";
        list.add("invalid-source", span, `source can't be ${what} for COPY`, conditional);
      }
    }
  }
}

function checkFromFlag(
  from: NonNullable<CopyInstruction["from"]>,
  escape: EscapeCharacter,
  list: ErrorList,
): void {
  const { text, error } = expand(from.raw, { get: () => undefined }, { escape });
  if (error !== undefined) {
    list.add(error.code, error.span, error.message);
  } else if (text !== from.raw.text) {
    list.add(
      "variable-not-allowed",
      from.span,
      "variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround",
    );
  }
}

function checkChecksum(
  text: string,
  span: Span,
  sources: readonly ExpandedText[],
  conditional: boolean,
  list: ErrorList,
): void {
  const [source] = sources;
  const kind = source === undefined ? "local" : sourceKind(source.expansion.text);
  if (sources.length !== 1) {
    list.add(
      "invalid-checksum",
      span,
      "checksum can't be specified for multiple sources",
      conditional,
    );
  } else if (kind === "local") {
    list.add("invalid-checksum", span, "checksum requires HTTP(S) or Git sources", conditional);
  } else if (kind === "http") {
    const message = digestError(text);
    if (message !== undefined) {
      list.add("invalid-checksum", span, message, conditional);
    }
  }
}
