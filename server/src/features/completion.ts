import { type CompletionItem, CompletionItemKind } from "vscode-languageserver";
import {
  describeFlag,
  describeInstruction,
  instructionDescriptions,
} from "../dockerfile/instructions.ts";
import { sharingModes } from "../dockerfile/mountCheck.ts";
import { mountTypes } from "../dockerfile/runMounts.ts";
import { signalNames } from "../dockerfile/signals.ts";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import { predefinedVariables } from "../dockerfile/variables.ts";
import { evaluationOf } from "../dockerfile/evaluate.ts";
import type { Rule } from "../lint/rule.ts";
import { mountOptionDescriptions } from "./mountOptions.ts";
import { rangeOf } from "./ranges.ts";

/** What could stand at the offset: instructions, flags and their values, stages, variables, directives, rules to skip. */
export function completion(
  file: Dockerfile,
  offset: number,
  rules: readonly Pick<Rule, "name" | "alsoKnownAs" | "summary">[],
): CompletionItem[] {
  const { prefix, proposals } = propose(file, offset, rules);
  const range = rangeOf(file.lines, { start: offset - prefix.length, end: offset });
  return proposals.map(({ text, kind, detail, documentation }) => ({
    label: text,
    kind,
    textEdit: { range, newText: text },
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined
      ? {}
      : { documentation: { kind: "markdown" as const, value: documentation } }),
  }));
}

/** The triggers of completion beside letters. */
export const completionTriggers: readonly string[] = ["-", "=", "$", "{", ",", "/", " "];

interface Proposal {
  readonly text: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string;
  readonly documentation?: string;
}

interface Proposals {
  /** The text before the cursor that a proposal replaces. */
  readonly prefix: string;
  readonly proposals: readonly Proposal[];
}

const nothing: Proposals = { prefix: "", proposals: [] };

function propose(
  file: Dockerfile,
  offset: number,
  rules: readonly Pick<Rule, "name" | "alsoKnownAs" | "summary">[],
): Proposals {
  const lineStart = file.lines.lineStart(file.lines.lineAt(offset));
  const line = file.text.slice(lineStart, offset).replace(/^\uFEFF/, "");
  const instruction = instructionBefore(file, offset);
  const isInBody = instruction?.heredocs.some(
    ({ body, terminator }) => body.start <= offset && offset <= (terminator?.end ?? body.end),
  );
  if (isInBody === true) {
    return instruction?.keyword === "RUN" ? proposeVariables(file, instruction, line) : nothing;
  }
  if (/^\s*#/.test(line)) {
    return proposeInComment(file, lineStart, line, rules);
  }
  if (instruction === undefined || offset <= instruction.keywordSpan.end) {
    return /^\s*[A-Za-z]*$/.test(line)
      ? proposeKeywords(file, line.trimStart(), allKeywords)
      : nothing;
  }
  return proposeInInstruction(file, instruction, logicalText(file, instruction, offset));
}

/** The instruction that goes on at the offset: it holds it, or only blanks stand between. */
function instructionBefore(
  { instructions, text }: Dockerfile,
  offset: number,
): Instruction | undefined {
  const last = instructions.findLast(({ span, onbuild }) => !onbuild && span.start < offset);
  return last !== undefined && /^[ \t]*$/.test(text.slice(last.span.end, offset))
    ? last
    : undefined;
}

/** The instruction up to the offset as one line, without continuations and the comments between them. */
function logicalText({ text, escape }: Dockerfile, { span }: Instruction, offset: number): string {
  return text
    .slice(span.start, offset)
    .split(/\r?\n/)
    .filter((line, index) => index === 0 || !/^\s*#/.test(line))
    .map((line, index, all) => {
      const trimmed = line.trimEnd();
      return index < all.length - 1 && trimmed.endsWith(escape) ? trimmed.slice(0, -1) : line;
    })
    .join("");
}

const allKeywords = instructionDescriptions.map(({ keyword }) => keyword);

function proposeKeywords(file: Dockerfile, prefix: string, keywords: readonly string[]): Proposals {
  const isLower =
    prefix === ""
      ? file.instructions.filter(({ keywordText }) => keywordText === keywordText.toLowerCase())
          .length *
          2 >
        file.instructions.length
      : prefix === prefix.toLowerCase() &&
        file.instructions.some(
          ({ keywordText }) =>
            keywordText.length > prefix.length && keywordText === keywordText.toLowerCase(),
        );
  return {
    prefix,
    proposals: keywords.flatMap((keyword) => {
      const description = describeInstruction(keyword);
      return description === undefined || description.deprecated !== undefined
        ? []
        : [
            {
              text: isLower ? keyword.toLowerCase() : keyword,
              kind: CompletionItemKind.Keyword,
              detail: description.synopsis,
              documentation: description.documentation,
            },
          ];
    }),
  };
}

function proposeInComment(
  file: Dockerfile,
  lineStart: number,
  line: string,
  rules: readonly Pick<Rule, "name" | "alsoKnownAs" | "summary">[],
): Proposals {
  const skip = /^#\s*check\s*=\s*(?:[^=;]*=[^;]*;)?skip=(?:[^,;\s]*,)*([^,;\s]*)$/i.exec(line);
  if (skip !== null) {
    return {
      prefix: skip[1] ?? "",
      proposals: [
        { text: "all", kind: CompletionItemKind.Value },
        ...rules.map(({ name, alsoKnownAs, summary }) => ({
          text: alsoKnownAs.find((alias) => /^[A-Z]+[a-z]/.test(alias)) ?? name,
          kind: CompletionItemKind.Value,
          documentation: summary,
        })),
      ],
    };
  }
  const isAtTop = file.instructions.every(({ span }) => span.start > lineStart);
  const directive = /^#\s*([a-z]*)$/i.exec(line);
  if (directive === null) {
    return nothing;
  }
  const check = { text: "check=skip=", kind: CompletionItemKind.Property };
  return {
    prefix: directive[1] ?? "",
    proposals: isAtTop
      ? [
          { text: "syntax=docker/dockerfile:1", kind: CompletionItemKind.Property },
          { text: "escape=`", kind: CompletionItemKind.Property },
          check,
        ]
      : [check],
  };
}

function proposeInInstruction(
  file: Dockerfile,
  instruction: Instruction,
  written: string,
): Proposals {
  const variables = proposeVariables(file, instruction, written);
  if (variables.proposals.length > 0) {
    return variables;
  }
  if (instruction.keyword === "ONBUILD") {
    const [, inner] = /^\S+\s+(.*)$/s.exec(written) ?? [];
    if (inner !== undefined && /^[A-Za-z]*$/.test(inner)) {
      const allowed = allKeywords.filter(
        (keyword) => !/^(?:FROM|ONBUILD|MAINTAINER)$/.test(keyword),
      );
      return proposeKeywords(file, inner, allowed);
    }
    const { trigger } = instruction;
    return trigger === undefined || inner === undefined
      ? nothing
      : proposeInInstruction(file, trigger, inner);
  }
  const flags = /^\S+(?:\s+--\S+)*\s+(-{1,2}[a-z-]*)$/.exec(written);
  if (flags !== null) {
    return proposeFlags(instruction, flags[1] ?? "");
  }
  const value = /^\S+(?:\s+--\S+)*\s+--([a-z-]+)=(\S*)$/.exec(written);
  if (value !== null) {
    return proposeFlagValues(file, instruction, value[1] ?? "", value[2] ?? "");
  }
  const [, words = ""] = /^\S+(?:\s+--\S+)*\s+(?!-)(.*)$/s.exec(written) ?? [];
  return /^\S+\s/.test(written) ? proposeArguments(file, instruction, words) : nothing;
}

function proposeFlags({ keyword, flags }: Instruction, prefix: string): Proposals {
  const given = new Set(flags.map(({ name }) => name));
  return {
    prefix,
    proposals: (describeInstruction(keyword)?.flags ?? [])
      .filter(({ name, kind }) => kind === "repeatable" || !given.has(name))
      .map(({ name, kind, placeholder, documentation }) => ({
        text: kind === "boolean" ? `--${name}` : `--${name}=`,
        kind: CompletionItemKind.Property,
        documentation,
        ...(placeholder === "" ? {} : { detail: placeholder }),
      })),
  };
}

function proposeFlagValues(
  file: Dockerfile,
  instruction: Instruction,
  flag: string,
  value: string,
): Proposals {
  switch (flag) {
    case "from":
      return { prefix: value, proposals: stagesBefore(file, instruction) };
    case "mount":
      return instruction.keyword === "RUN" ? proposeInMount(file, instruction, value) : nothing;
    case "platform":
      return {
        prefix: value,
        proposals: valuesOf(["$BUILDPLATFORM", "linux/amd64", "linux/arm64", "linux/arm/v7"]),
      };
    default: {
      const kind = describeFlag(instruction.keyword, flag);
      const isChoice = kind !== undefined && /^[a-z]+(?:\|[a-z]+)+$/.test(kind.placeholder);
      return isChoice
        ? { prefix: value, proposals: valuesOf(kind.placeholder.split("|")) }
        : kind?.kind === "boolean"
          ? { prefix: value, proposals: valuesOf(["true", "false"]) }
          : nothing;
    }
  }
}

function proposeInMount(file: Dockerfile, instruction: Instruction, written: string): Proposals {
  const option = written.split(",").at(-1) ?? "";
  const [key = "", value] = option.split("=", 2);
  if (value === undefined) {
    const given = new Set(written.split(",").map((each) => each.split("=", 1)[0] ?? ""));
    const type = mountTypes.find((each) => written.split(",").includes(`type=${each}`)) ?? "bind";
    return {
      prefix: key,
      proposals: mountOptionDescriptions
        .filter(
          ({ key: name, aliases = [] }) => ![name, ...aliases].some((each) => given.has(each)),
        )
        .filter(({ types }) => types.includes(type))
        .map(({ key: name, placeholder, documentation }) => ({
          text: placeholder === "" ? name : `${name}=`,
          kind: CompletionItemKind.Property,
          documentation,
          ...(placeholder === "" ? {} : { detail: placeholder }),
        })),
    };
  }
  switch (key.toLowerCase()) {
    case "type":
      return { prefix: value, proposals: valuesOf(mountTypes) };
    case "sharing":
      return { prefix: value, proposals: valuesOf(sharingModes) };
    case "from":
      return { prefix: value, proposals: stagesBefore(file, instruction) };
    case "required":
    case "readonly":
    case "readwrite":
      return { prefix: value, proposals: valuesOf(["true", "false"]) };
    default:
      return nothing;
  }
}

function proposeArguments(file: Dockerfile, instruction: Instruction, words: string): Proposals {
  const [prefix = ""] = /\S*$/.exec(words) ?? [];
  const before = words.slice(0, words.length - prefix.length).trim();
  switch (instruction.keyword) {
    case "FROM":
      if (before === "") {
        return {
          prefix,
          proposals: [...stagesBefore(file, instruction), ...valuesOf(["scratch"])],
        };
      }
      return before.includes(" ")
        ? nothing
        : {
            prefix,
            proposals: [
              {
                text:
                  instruction.keywordText === instruction.keywordText.toLowerCase() ? "as" : "AS",
                kind: CompletionItemKind.Keyword,
              },
            ],
          };
    case "HEALTHCHECK":
      return before === ""
        ? {
            prefix,
            proposals: ["CMD", "NONE"].map((text) => ({ text, kind: CompletionItemKind.Keyword })),
          }
        : nothing;
    case "STOPSIGNAL":
      return {
        prefix,
        proposals: valuesOf(
          signalNames.filter((name) => !name.startsWith("RT")).map((name) => `SIG${name}`),
        ),
      };
    case "EXPOSE": {
      const [, protocol] = /^\d[\d-]*\/([a-z]*)$/i.exec(prefix) ?? [];
      return protocol === undefined
        ? nothing
        : { prefix: protocol, proposals: valuesOf(["tcp", "udp", "sctp"]) };
    }
    case "ARG": {
      const names = new Set(predefinedVariables().keys());
      for (const { pairs } of file.globalArgs) {
        for (const { key } of pairs) {
          names.add(key.value.text);
        }
      }
      return instruction.stage === undefined || prefix.includes("=")
        ? nothing
        : {
            prefix,
            proposals: [...names].map((text) => ({ text, kind: CompletionItemKind.Variable })),
          };
    }
    case "SHELL":
      return words === ""
        ? { prefix: "", proposals: valuesOf(['["/bin/bash", "-o", "pipefail", "-c"]']) }
        : nothing;
    default:
      return nothing;
  }
}

function proposeVariables(file: Dockerfile, instruction: Instruction, written: string): Proposals {
  const [, prefix] = /(?<!\\)\$\{?([A-Za-z_][A-Za-z0-9_]*|)$/.exec(written) ?? [];
  const { before, globals } = evaluationOf(file);
  const environment = instruction.stage === undefined ? globals : before.get(instruction);
  if (prefix === undefined || environment === undefined || instruction.keyword === "MAINTAINER") {
    return nothing;
  }
  return {
    prefix,
    proposals: [...environment.names()].map((text) => {
      const value = environment.get(text);
      return {
        text,
        kind: CompletionItemKind.Variable,
        ...(value === undefined ? {} : { detail: value }),
      };
    }),
  };
}

/** The stages that the instruction can refer to. */
function stagesBefore({ stages }: Dockerfile, { stage = 0 }: Instruction): Proposal[] {
  return stages.slice(0, stage).flatMap(({ from: { stageName, image } }) =>
    stageName === undefined
      ? []
      : [
          {
            text: stageName.value.text,
            kind: CompletionItemKind.Module,
            ...(image === undefined ? {} : { detail: `FROM ${image.value.text}` }),
          },
        ],
  );
}

function valuesOf(texts: readonly string[]): Proposal[] {
  return texts.map((text) => ({ text, kind: CompletionItemKind.Value }));
}
