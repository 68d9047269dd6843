import { type Hover, MarkupKind } from "vscode-languageserver";
import { normalizedImage } from "../dockerfile/imageReference.ts";
import {
  describeFlag,
  describeInstruction,
  type FlagDescription,
  type InstructionDescription,
} from "../dockerfile/instructions.ts";
import type {
  Directive,
  Dockerfile,
  FromInstruction,
  Instruction,
  RunInstruction,
  Stage,
} from "../dockerfile/syntax.ts";
import type { Binding } from "../dockerfile/variables.ts";
import { type Span, touches } from "../text/span.ts";
import { describeMountOption, mountTypeDescriptions } from "./mountOptions.ts";
import { namedAt } from "./names.ts";
import { rangeOf } from "./ranges.ts";

/**
 * What the instruction, flag, option, variable, stage, image or directive at the offset means, in Markdown,
 * below the `story` of what happens to it.
 */
export function hover(file: Dockerfile, offset: number, story?: string): Hover | undefined {
  const found = explain(file, offset);
  return found === undefined
    ? undefined
    : {
        contents: {
          kind: MarkupKind.Markdown,
          value: story === undefined ? found.text : `${story}\n\n---\n\n${found.text}`,
        },
        range: rangeOf(file.lines, found.span),
      };
}

interface Explanation {
  readonly span: Span;
  readonly text: string;
}

function explain(file: Dockerfile, offset: number): Explanation | undefined {
  const directive = file.directives.find(({ span }) => touches(span, offset));
  if (directive !== undefined) {
    return { span: directive.span, text: directiveTexts[directive.name] };
  }
  const found = namedAt(file, offset);
  if (found?.named.kind === "stage") {
    return { span: found.place.span, text: stageText(file, found.named.stage) };
  }
  if (found?.named.kind === "variable") {
    return { span: found.place.span, text: variableText(file, found.named.binding) };
  }
  // What ONBUILD holds lies inside of the ONBUILD and knows more.
  const instruction = file.instructions.findLast(({ span }) => touches(span, offset));
  return instruction === undefined ? undefined : explainInstruction(file, instruction, offset);
}

const directiveTexts: Readonly<Record<Directive["name"], string>> = {
  syntax:
    "**syntax**: the image of the frontend that reads this Dockerfile. `docker/dockerfile:1` is the newest release; without the directive it is the one that the builder brings.",
  escape:
    "**escape**: the character that escapes and continues lines, `\\` or `` ` ``. The backtick is of use on Windows, where `\\` separates directories.",
  check:
    "**check**: options of the build checks. `skip=A,B` leaves checks out, `error=true` lets a build with warnings fail, `experimental=A` switches checks on.",
};

function explainInstruction(
  file: Dockerfile,
  instruction: Instruction,
  offset: number,
): Explanation | undefined {
  if (touches(instruction.keywordSpan, offset)) {
    const description = describeInstruction(instruction.keyword);
    return description === undefined
      ? undefined
      : { span: instruction.keywordSpan, text: instructionText(description) };
  }
  if (instruction.keyword === "RUN") {
    const option = explainMountOption(instruction, offset);
    if (option !== undefined) {
      return option;
    }
  }
  const flag = instruction.flags.find(({ nameSpan }) => touches(nameSpan, offset));
  if (flag !== undefined) {
    const description = describeFlag(instruction.keyword, flag.name);
    return description === undefined
      ? undefined
      : { span: flag.nameSpan, text: flagText(description) };
  }
  return instruction.keyword === "FROM" ? explainImage(file, instruction, offset) : undefined;
}

function instructionText({
  synopsis,
  documentation,
  url,
  deprecated,
}: InstructionDescription): string {
  return paragraphs(
    `\`\`\`dockerfile\n${synopsis}\n\`\`\``,
    documentation,
    deprecated === undefined ? undefined : `**Deprecated.** ${deprecated}`,
    `[Dockerfile reference](${url})`,
  );
}

function flagText({ name, placeholder, documentation, since, labs }: FlagDescription): string {
  return paragraphs(
    code(`--${name}${placeholder === "" ? "" : `=${placeholder}`}`),
    documentation,
    since === undefined
      ? undefined
      : `Known from \`docker/dockerfile:${since}${labs === true ? "-labs" : ""}\` on.`,
  );
}

function explainMountOption({ mounts }: RunInstruction, offset: number): Explanation | undefined {
  for (const { type, options } of mounts) {
    const option = options.find(({ span }) => touches(span, offset));
    const description = option && describeMountOption(type, option.key);
    if (option !== undefined && description !== undefined) {
      const { key, placeholder, documentation } = description;
      return {
        span: option.span,
        text: paragraphs(
          code(placeholder === "" ? key : `${key}=${placeholder}`),
          documentation,
          key === "type" ? `${code(type)}: ${mountTypeDescriptions[type]}` : undefined,
        ),
      };
    }
  }
  return undefined;
}

function stageText(file: Dockerfile, stage: Stage): string {
  const chain: string[] = [];
  const seen = new Set<Stage>();
  for (let at: Stage | undefined = stage; at !== undefined && !seen.has(at);) {
    seen.add(at);
    const { base }: Stage = at;
    if (base.kind === "stage") {
      at = file.stages[base.stage];
      chain.push(at === undefined ? "an unknown stage" : `stage ${code(titleOf(at))}`);
    } else {
      chain.push(
        base.kind === "image"
          ? code(base.image)
          : base.kind === "scratch"
            ? "`scratch`"
            : "an image that is not known",
      );
      at = undefined;
    }
  }
  const line = file.lines.lineAt(stage.from.span.start) + 1;
  const name =
    stage.name === undefined ? `Stage number ${stage.index}` : `Stage ${code(stage.name)}`;
  const comments = stage.from.docComments
    .map(({ text }) => text)
    .filter((text) => !text.includes("="));
  return paragraphs(
    `${name} (line ${line}), built on ${chain.join(", which is built on ")}.`,
    comments.length === 0 ? undefined : comments.join("\n"),
  );
}

function titleOf({ name, index }: Stage): string {
  return name ?? String(index);
}

function variableText(file: Dockerfile, { name, value, kind, pair, instruction }: Binding): string {
  const shown = value === undefined ? code(name) : code(`${name}=${value}`);
  const line = pair === undefined ? 0 : file.lines.lineAt(pair.span.start) + 1;
  const origins: Readonly<Record<Binding["kind"], string>> = {
    arg:
      value === undefined
        ? `Declared in line ${line} without a default: \`--build-arg\` can set it.`
        : `Default value from line ${line}; \`--build-arg\` can set another.`,
    "global arg":
      value === undefined
        ? `Declared in line ${line} without a default: \`--build-arg\` can set it.`
        : `Default value from line ${line}, before the first FROM; \`--build-arg\` can set another.`,
    env: `Set by ${instruction?.keyword ?? "ENV"} in line ${line}; containers have it too.`,
    "build argument": "Set by `--build-arg`.",
    predefined:
      "Set by the builder. The value is that of a build for `linux/amd64` without options.",
    "base image": "From the base image.",
  };
  return paragraphs(shown, origins[kind]);
}

function explainImage(
  file: Dockerfile,
  { image, reference, stage }: FromInstruction,
  offset: number,
): Explanation | undefined {
  if (image === undefined || reference === undefined || !touches(image.span, offset)) {
    return undefined;
  }
  const base = stage === undefined ? undefined : file.stages[stage]?.base;
  if (base?.kind === "scratch") {
    return { span: image.span, text: "`scratch`: nothing at all, not even a file system." };
  }
  const { registry, path, tag, digest } = reference;
  const full = base?.kind === "image" ? normalizedImage(base.image) : undefined;
  const parts = [
    `- Registry: ${registry === undefined ? "`docker.io`, the default" : code(registry.text)}`,
    `- Repository: ${code(path.text)}`,
    `- Tag: ${tag === undefined ? (digest === undefined ? "`latest`, the default" : "none") : code(tag.text)}`,
    ...(digest === undefined ? [] : [`- Digest: ${code(digest.text)}`]),
  ];
  return {
    span: image.span,
    text: paragraphs(full === undefined ? code(reference.text) : code(full), parts.join("\n")),
  };
}

function paragraphs(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join("\n\n");
}

/** Inline code whatever the text holds. */
function code(text: string): string {
  const line = text.replaceAll(/\s*\n\s*/g, " ");
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") || line === "" ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}
