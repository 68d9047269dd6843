import { type MappedText, verbatim } from "../text/mappedText.ts";
import type { Span } from "../text/span.ts";
import { type Expansion, type ExpansionOptions, type Variables, expand } from "./expansion.ts";
import { resolveBase } from "./stages.ts";
import type {
  ArgInstruction,
  Dockerfile,
  EscapeCharacter,
  FromInstruction,
  Instruction,
  OnbuildInstruction,
  Stage,
  StageBase,
} from "./syntax.ts";
import {
  type Binding,
  Environment,
  type EnvironmentBuilder,
  type PlatformVariables,
  builderOnlyArguments,
  defaultPath,
  predefinedVariables,
} from "./variables.ts";

export interface EvaluationOptions extends PlatformVariables {
  readonly buildArguments?: ReadonlyMap<string, string>;
  /** The variables of a base image, by the image's name as it is after expansion; when they are known. */
  readonly imageVariables?: (image: string) => ReadonlyMap<string, string> | undefined;
}

/** What the builder's walk over the Dockerfile finds out about variables. */
export interface Evaluation {
  /** The global scope behind the last global ARG: what FROM lines see. */
  readonly globals: Environment;
  /** What the variables are before each instruction (FROM and global ARGs: the global scope). */
  readonly before: ReadonlyMap<Instruction, Environment>;
  /** What the variables are at the end of each stage. */
  readonly after: readonly Environment[];
  /** Every text that the builder expands, in its order. */
  readonly expansions: ReadonlyMap<Instruction, readonly ExpandedText[]>;
  /** What each stage builds on with these arguments. */
  readonly bases: readonly StageBase[];
}

export interface ExpandedText {
  /** Where the text stands. */
  readonly span: Span;
  readonly raw: MappedText;
  readonly role: ExpandedRole;
  readonly expansion: Expansion;
}

/** Which part of its instruction a text is. */
export type ExpandedRole =
  | "image"
  | "platform"
  | "key"
  | "value"
  | "owner"
  | "mode"
  | "checksum"
  | "source"
  | "destination"
  | "heredoc"
  | "mount option"
  | "port"
  | "path"
  | "argument";

/** The part of a Dockerfile that evaluation needs. */
export interface EvaluationInput extends Pick<Dockerfile, "text" | "escape" | "globalArgs"> {
  readonly stages: readonly Omit<Stage, "base">[];
}

/**
 * Walks over all stages as the builder does and expands what it expands. Every stage is walked, also
 * those that no target needs. Linear in the size of the file.
 */
export function evaluate(dockerfile: EvaluationInput, options: EvaluationOptions = {}): Evaluation {
  return new Evaluator(dockerfile, options).run();
}

const evaluations = new WeakMap<Dockerfile, Evaluation>();

/** What the builder's walk with default arguments finds out; computed once for each parsed Dockerfile. */
export function evaluationOf(file: Dockerfile): Evaluation {
  const known = evaluations.get(file);
  if (known !== undefined) {
    return known;
  }
  const fresh = evaluate(file);
  evaluations.set(file, fresh);
  return fresh;
}

/** For who has walked over the Dockerfile with default arguments already. */
export function rememberEvaluation(file: Dockerfile, evaluation: Evaluation): void {
  evaluations.set(file, evaluation);
}

class Evaluator {
  readonly #file: EvaluationInput;
  readonly #options: EvaluationOptions;
  readonly #escape: EscapeCharacter;
  readonly #before = new Map<Instruction, Environment>();
  readonly #expansions = new Map<Instruction, ExpandedText[]>();
  readonly #after: Environment[] = [];
  readonly #bases: StageBase[] = [];

  constructor(file: EvaluationInput, options: EvaluationOptions) {
    this.#file = file;
    this.#options = options;
    this.#escape = file.escape;
  }

  run(): Evaluation {
    const globals = this.#globals();
    const names = new Map<string, number>();
    for (const stage of this.#file.stages) {
      const image = this.#from(stage.from, globals);
      const base = resolveBase(image, names);
      this.#bases.push(base);
      this.#stage(stage, base, globals);
      if (stage.name !== undefined) {
        names.set(stage.name, stage.index);
      }
    }
    return {
      globals,
      before: this.#before,
      after: this.#after,
      expansions: this.#expansions,
      bases: this.#bases,
    };
  }

  #globals(): Environment {
    const builder = Environment.start();
    const given = this.#options.buildArguments;
    for (const [name, value] of predefinedVariables(this.#options)) {
      builder.add({ name, value: given?.get(name) ?? value, kind: "predefined" });
    }
    for (const arg of this.#file.globalArgs) {
      this.#before.set(arg, builder.snapshot());
      for (const pair of arg.pairs) {
        const name = pair.key.raw.text;
        const fromOutside = given?.get(name);
        const value =
          fromOutside ??
          (pair.value === undefined
            ? undefined
            : this.#expand(arg, pair.value.raw, "value", builder.snapshot()).text);
        builder.add({ name, value, kind: "global arg", pair, instruction: arg });
      }
    }
    return builder.snapshot();
  }

  #from(from: FromInstruction, globals: Environment): string | undefined {
    this.#before.set(from, globals);
    const { image, platform } = from;
    const expanded =
      image === undefined ? undefined : this.#expand(from, image.raw, "image", globals);
    if (platform !== undefined && platform.raw.text !== "") {
      this.#expand(from, platform.raw, "platform", globals);
    }
    return expanded?.error === undefined ? expanded?.text : undefined;
  }

  #stage(stage: Omit<Stage, "base">, base: StageBase, globals: Environment): void {
    const parent = base.kind === "stage" ? this.#after[base.stage] : undefined;
    const builder = Environment.start(parent);
    if (base.kind === "image") {
      for (const [name, value] of this.#options.imageVariables?.(base.image) ?? []) {
        builder.add({ name, value, kind: "base image" });
      }
    }
    if (base.kind !== "stage" && builder.snapshot().get("PATH") === undefined) {
      builder.add({ name: "PATH", value: defaultPath, kind: "base image" });
    }
    if (base.kind === "stage") {
      for (const trigger of triggers(this.#file.stages[base.stage])) {
        this.#instruction(trigger, builder, globals);
      }
    }
    for (const instruction of stage.instructions) {
      if (instruction.onbuild) {
        // What it sees in the image that is built on this one; nothing knows that better.
        this.#before.set(instruction, builder.snapshot());
      } else if (instruction !== stage.from) {
        this.#instruction(instruction, builder, globals);
      }
    }
    this.#after.push(builder.snapshot());
  }

  #instruction(instruction: Instruction, builder: EnvironmentBuilder, globals: Environment): void {
    const variables = builder.snapshot();
    this.#before.set(instruction, variables);
    switch (instruction.keyword) {
      case "ENV":
        this.#keyValues(instruction, variables, builder);
        break;
      case "LABEL":
        this.#keyValues(instruction, variables, undefined);
        break;
      case "ARG":
        this.#arg(instruction, builder, globals);
        break;
      case "COPY":
      case "ADD":
        this.#copy(instruction, variables);
        break;
      case "RUN":
        for (const { options } of instruction.mounts) {
          for (const { value } of options) {
            if (value !== undefined) {
              this.#expand(instruction, value.raw, "mount option", variables);
            }
          }
        }
        break;
      case "EXPOSE":
        for (const { raw } of instruction.ports) {
          this.#expand(instruction, raw, "port", variables, { escape: this.#escape, split: true });
        }
        break;
      case "VOLUME":
        for (const { raw } of instruction.paths) {
          this.#expand(instruction, raw, "path", variables);
        }
        break;
      case "USER":
      case "WORKDIR":
      case "STOPSIGNAL":
        if (instruction.argument !== undefined) {
          this.#expand(instruction, instruction.argument.raw, "argument", variables);
        }
        break;
      default:
        break;
    }
  }

  #keyValues(
    instruction: Extract<Instruction, { keyword: "ENV" | "LABEL" }>,
    variables: Environment,
    builder: EnvironmentBuilder | undefined,
  ): void {
    const bindings: Binding[] = [];
    for (const pair of instruction.pairs) {
      if (pair.value === undefined) {
        continue;
      }
      const name = this.#expand(instruction, pair.key.raw, "key", variables).text;
      const value = this.#expand(instruction, pair.value.raw, "value", variables).text;
      bindings.push({ name, value, kind: "env", pair, instruction });
    }
    for (const binding of bindings) {
      builder?.add(binding);
    }
  }

  #arg(instruction: ArgInstruction, builder: EnvironmentBuilder, globals: Environment): void {
    for (const pair of instruction.pairs) {
      const name = pair.key.raw.text;
      const given = this.#options.buildArguments?.get(name);
      const value =
        given ??
        (pair.value === undefined
          ? globals.get(name)
          : this.#expand(instruction, pair.value.raw, "value", builder.snapshot()).text);
      if (builderOnlyArguments.has(name)) {
        continue;
      }
      const kind = given === undefined ? "arg" : "build argument";
      builder.add({ name, value, kind, pair, instruction });
    }
  }

  #copy(
    instruction: Extract<Instruction, { keyword: "COPY" | "ADD" }>,
    variables: Environment,
  ): void {
    const roles = [
      ["chown", "owner"],
      ["chmod", "mode"],
      ["checksum", "checksum"],
    ] as const;
    for (const [name, role] of roles) {
      const raw = instruction.flags.find((flag) => flag.name === name)?.value?.raw;
      if (raw !== undefined) {
        this.#expand(instruction, raw, role, variables);
      }
    }
    for (const { raw, heredoc } of instruction.sources) {
      if (heredoc === undefined) {
        this.#expand(instruction, raw, "source", variables);
      }
    }
    if (instruction.destination !== undefined) {
      this.#expand(instruction, instruction.destination.raw, "destination", variables);
    }
    for (const { heredoc } of instruction.sources) {
      if (heredoc !== undefined && !heredoc.quoted) {
        const body = verbatim(this.#file.text, heredoc.body);
        // Bodies always have backslash as their escape character, whatever the directive says.
        this.#expand(instruction, body, "heredoc", variables, { escape: "\\", ignoreQuotes: true });
      }
    }
  }

  #expand(
    instruction: Instruction,
    raw: MappedText,
    role: ExpandedRole,
    variables: Variables,
    options: ExpansionOptions = { escape: this.#escape },
  ): Expansion {
    const expansion = expand(raw, variables, options);
    const expanded = this.#expansions.get(instruction) ?? [];
    expanded.push({ span: raw.span, raw, role, expansion });
    this.#expansions.set(instruction, expanded);
    return expansion;
  }
}

/** What the stage leaves for those that build on it to run first. */
function triggers(stage: Omit<Stage, "base"> | undefined): Instruction[] {
  return (stage?.instructions ?? []).flatMap((instruction) =>
    isOnbuild(instruction) && instruction.trigger !== undefined ? [instruction.trigger] : [],
  );
}

function isOnbuild(instruction: Instruction): instruction is OnbuildInstruction {
  return instruction.keyword === "ONBUILD" && !instruction.onbuild;
}
