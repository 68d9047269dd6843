import { findStage, findStageByName, resolveBase, stageTitle } from "../dockerfile/stages.ts";
import { normalizedImage } from "../dockerfile/imageReference.ts";
import { parse } from "../dockerfile/parse.ts";
import type {
  Dockerfile,
  FromInstruction,
  Instruction,
  OnbuildInstruction,
  Stage,
  StageBase,
} from "../dockerfile/syntax.ts";
import { type Variables, expand } from "../dockerfile/expansion.ts";
import { mountOption } from "../dockerfile/runMounts.ts";
import { builderOnlyArguments, predefinedVariables } from "../dockerfile/variables.ts";
import type { MappedText } from "../text/mappedText.ts";
import { type CopyContext, copyStep } from "./copyStep.ts";
import { runStep } from "./runStep.ts";
import {
  OrderedVariables,
  type StageState,
  changeDirectory,
  cleanPath,
  stateOfImage,
  stateOfStage,
} from "./stageState.ts";
import type {
  BuildGraph,
  BuildOptions,
  BuildStep,
  ContextRead,
  NamedContext,
  Origin,
  OriginRead,
  Selection,
} from "./steps.ts";

/**
 * The build graph of a Dockerfile. Total: a file with errors gives the steps that can be made of it.
 * The rules are those of BuildKit's frontend (dockerfile2llb).
 */
export function buildGraph(dockerfile: Dockerfile, options: BuildOptions): BuildGraph {
  return new GraphBuilder(dockerfile, options).run();
}

/** An instruction as a stage runs it. */
interface Command {
  readonly instruction: Instruction;
  /** The FROM that brings an image's ONBUILD, else the instruction. */
  readonly shown: Instruction;
  readonly trigger: boolean;
  /** The text that holds the instruction; a Dockerfile of its own for what an image's ONBUILD brings. */
  readonly document: string;
}

class GraphBuilder {
  readonly #file: Dockerfile;
  readonly #options: BuildOptions;
  readonly #globals: OrderedVariables;
  readonly #bases: readonly StageBase[];
  readonly #platforms: readonly string[];
  readonly #states = new Map<number, StageState>();
  readonly #steps: BuildStep[] = [];
  readonly #metadata: Instruction[] = [];
  readonly #unknownImages = new Set<string>();

  constructor(file: Dockerfile, options: BuildOptions) {
    this.#file = file;
    this.#options = options;
    this.#globals = this.#readGlobals();
    const names = new Map<string, number>();
    const bases: StageBase[] = [];
    const platforms: string[] = [];
    for (const { from, name, index } of file.stages) {
      const image =
        from.image === undefined ? undefined : this.#expand(from.image.raw, this.#globals);
      const base = resolveBase(image, names);
      bases.push(base);
      const written =
        from.platform === undefined ? "" : this.#expand(from.platform.raw, this.#globals);
      const inherited = base.kind === "stage" ? platforms[base.stage] : undefined;
      platforms.push(inherited ?? (written === "" ? options.platform : written));
      if (name !== undefined) {
        names.set(name, index);
      }
    }
    this.#bases = bases;
    this.#platforms = platforms;
  }

  run(): BuildGraph {
    const target = this.#target();
    const needed = target === undefined ? new Set<number>() : this.#needed(target.index);
    for (const stage of this.#file.stages) {
      if (needed.has(stage.index)) {
        this.#dispatch(stage);
      }
    }
    const frontend = this.#file.directives.find(
      ({ name, effective }) => name === "syntax" && effective,
    );
    return {
      engine: this.#options.engine,
      steps: this.#steps,
      ...(target === undefined ? {} : { target: target.index }),
      unneeded: this.#file.stages.map(({ index }) => index).filter((index) => !needed.has(index)),
      metadata: this.#metadata,
      unknownImages: [...this.#unknownImages],
      ...(frontend === undefined ? {} : { frontend: frontend.value }),
    };
  }

  #target(): Stage | undefined {
    const { target } = this.#options;
    if (target === undefined || target === "") {
      return this.#file.stages.at(-1);
    }
    return findStageByName(this.#file, target) ?? findStage(this.#file, target);
  }

  /** The stages that the target is made of, the target too. */
  #needed(target: number): Set<number> {
    const needed = new Set<number>();
    const open = [target];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const stage = this.#file.stages[index];
      if (stage === undefined || needed.has(index)) {
        continue;
      }
      needed.add(index);
      if (this.#replacement(stage) !== undefined) {
        continue;
      }
      const base = this.#bases[index];
      if (base?.kind === "stage") {
        open.push(base.stage);
      }
      for (const { instruction } of this.#commands(stage)) {
        open.push(...this.#sourceStages(instruction));
      }
    }
    return needed;
  }

  #sourceStages(instruction: Instruction): number[] {
    if (instruction.keyword === "COPY" && instruction.from !== undefined) {
      const stage = findStage(this.#file, instruction.from.raw.text);
      return stage === undefined ? [] : [stage.index];
    }
    if (instruction.keyword === "RUN") {
      return instruction.mounts.flatMap((mount) => {
        const from = mountOption(mount, "from")?.value?.value.text;
        const stage = from === undefined ? undefined : findStageByName(this.#file, from);
        return stage === undefined ? [] : [stage.index];
      });
    }
    return [];
  }

  /** What a stage runs: first what its base left for it, then its own instructions. */
  #commands(stage: Stage): Command[] {
    const base = this.#bases[stage.index];
    const { text } = this.#file;
    const commands: Command[] = [];
    const parent = base?.kind === "stage" ? this.#file.stages[base.stage] : undefined;
    const context = parent === undefined ? undefined : this.#replacement(parent);
    if (parent !== undefined && context === undefined) {
      for (const each of parent.instructions) {
        if (isOnbuild(each) && each.trigger !== undefined) {
          const { trigger } = each;
          commands.push({ instruction: trigger, shown: trigger, trigger: true, document: text });
        }
      }
    } else if (base?.kind === "image" || context?.kind === "image") {
      const image = base?.kind === "image" ? base.image : (parent?.name ?? "");
      for (const trigger of this.#imageConfig(stage.index, image)?.onBuild ?? []) {
        const document = `FROM scratch\n${trigger}`;
        const instruction = parse(document).instructions[1];
        if (instruction !== undefined) {
          commands.push({ instruction, shown: stage.from, trigger: true, document });
        }
      }
    }
    for (const instruction of stage.instructions) {
      if (!instruction.onbuild && instruction !== stage.from) {
        commands.push({ instruction, shown: instruction, trigger: false, document: text });
      }
    }
    return commands;
  }

  #imageConfig(stage: number, image: string): ReturnType<BuildOptions["baseImages"]> {
    const context = this.#namedContext(image);
    if (context !== undefined && context.kind !== "image") {
      return undefined;
    }
    const reference = context?.reference ?? image;
    return this.#options.baseImages(reference, this.#platforms[stage] ?? this.#options.platform);
  }

  #namedContext(name: string): NamedContext | undefined {
    const contexts = this.#options.namedContexts;
    if (contexts === undefined || contexts.size === 0) {
      return undefined;
    }
    const wanted = normalizedImage(name);
    for (const [key, context] of contexts) {
      if (key === name.toLowerCase() || (wanted !== undefined && normalizedImage(key) === wanted)) {
        return context;
      }
    }
    return undefined;
  }

  /** The named context that stands for a stage, none of whose instructions is run then. */
  #replacement({ name }: Stage): NamedContext | undefined {
    return name === undefined ? undefined : this.#options.namedContexts?.get(name);
  }

  #dispatch(stage: Stage): void {
    const state = this.#start(stage);
    this.#states.set(stage.index, state);
    if (this.#replacement(stage) !== undefined) {
      return;
    }
    for (const command of this.#commands(stage)) {
      this.#instruction(stage, command, state);
    }
  }

  #start(stage: Stage): StageState {
    const base = this.#bases[stage.index] ?? { kind: "unknown" };
    const platform = this.#platforms[stage.index] ?? this.#options.platform;
    const replaced = this.#replacement(stage);
    if (replaced !== undefined) {
      const name = replaced.kind === "image" ? replaced.reference : (stage.name ?? "");
      return this.#startOn(stage.from, stage, replaced.kind === "image" ? name : undefined, name);
    }
    switch (base.kind) {
      case "stage": {
        const parent = this.#states.get(base.stage);
        return parent === undefined
          ? stateOfImage({ kind: "unknown", name: "" }, undefined, platform)
          : stateOfStage(parent);
      }
      case "scratch":
        return stateOfImage({ kind: "scratch" }, undefined, platform);
      case "image": {
        const context = this.#namedContext(base.image);
        const reference =
          context === undefined
            ? base.image
            : context.kind === "image"
              ? context.reference
              : undefined;
        return this.#startOn(stage.from, stage, reference, base.image);
      }
      case "unknown":
        return stateOfImage({ kind: "unknown", name: "" }, undefined, platform);
    }
  }

  /** Starts on an image, or without a reference on something of which nothing can be known. */
  #startOn(
    from: FromInstruction,
    stage: Stage,
    reference: string | undefined,
    name: string,
  ): StageState {
    const platform = this.#platforms[stage.index] ?? this.#options.platform;
    if (reference === undefined) {
      this.#unknownImages.add(name);
      return stateOfImage({ kind: "unknown", name }, undefined, platform);
    }
    const config = this.#options.baseImages(reference, platform);
    const origin = this.#imageOrigin(reference, platform);
    this.#steps.push({
      index: this.#steps.length,
      stage: stage.index,
      keyword: "FROM",
      instruction: from,
      span: from.span,
      trigger: false,
      text: reference,
      operation: { kind: "image", reference, platform },
      parent: origin,
      reads: [],
      linked: false,
      ignoresCache: false,
    });
    return stateOfImage(origin, config, platform);
  }

  #imageOrigin(reference: string, platform: string): Origin {
    const config = this.#options.baseImages(reference, platform);
    // A digest names one image for ever; anything else may have moved when images are looked up anew.
    const certain = this.#options.pull !== true || reference.includes("@");
    if (config === undefined || !certain) {
      this.#unknownImages.add(reference);
      return { kind: "image", reference };
    }
    return config.layers === ""
      ? { kind: "scratch" }
      : {
          kind: "image",
          reference,
          layers: config.layers,
          ...(config.manifest === undefined ? {} : { manifest: config.manifest }),
        };
  }

  #instruction(stage: Stage, command: Command, state: StageState): void {
    const { instruction } = command;
    const value = (raw: MappedText): string => this.#expand(raw, state.variables);
    switch (instruction.keyword) {
      case "RUN": {
        const step = runStep(instruction, command.document, state, {
          options: this.#options,
          expand: value,
          readFrom: (from, selections) => this.#readFrom(from, selections, false),
        });
        this.#add(stage, command, state, "RUN", step);
        return;
      }
      case "COPY":
      case "ADD": {
        const context: CopyContext = {
          document: command.document,
          expand: value,
          expandBody: (text) =>
            expand({ text, span: { start: 0, end: text.length }, runs: [] }, state.variables, {
              escape: "\\",
              ignoreQuotes: true,
            }).text,
          readFrom: (from, selections) => this.#readFrom(from, selections, true),
        };
        const step = copyStep(instruction, state, context);
        const linked = step.linked && this.#options.engine.mergesLinks;
        this.#add(stage, command, state, instruction.keyword, step, linked);
        return;
      }
      case "WORKDIR":
        this.#workdir(stage, command, state, value(instruction.argument?.raw ?? instruction.body));
        return;
      case "ENV":
        this.#metadata.push(command.shown);
        this.#env(instruction, state);
        return;
      case "ARG":
        this.#metadata.push(command.shown);
        this.#arg(instruction, state);
        return;
      case "USER":
        this.#metadata.push(command.shown);
        state.user = value(instruction.argument?.raw ?? instruction.body);
        return;
      case "SHELL":
        this.#metadata.push(command.shown);
        if (instruction.command.form === "exec") {
          state.shell = instruction.command.words.map(({ raw }) => raw.text);
        }
        return;
      case "unknown":
      case "FROM":
        return;
      default:
        this.#metadata.push(command.shown);
    }
  }

  #env(instruction: Extract<Instruction, { keyword: "ENV" }>, state: StageState): void {
    const before = state.variables.copy();
    for (const { key, value } of instruction.pairs) {
      if (value !== undefined) {
        const name = this.#expand(key.raw, before);
        const text = this.#expand(value.raw, before);
        state.variables.set(name, text);
        state.imageVariables.set(name, text);
      }
    }
  }

  #arg(instruction: Extract<Instruction, { keyword: "ARG" }>, state: StageState): void {
    for (const pair of instruction.pairs) {
      const name = pair.key.raw.text;
      const value =
        this.#options.buildArguments?.get(name) ??
        (pair.value === undefined
          ? this.#globals.get(name)
          : this.#expand(pair.value.raw, state.variables));
      if (value !== undefined && !builderOnlyArguments.has(name)) {
        state.variables.set(name, value);
      }
    }
  }

  #workdir(stage: Stage, command: Command, state: StageState, path: string): void {
    changeDirectory(state, path);
    if (state.directory === "/") {
      this.#metadata.push(command.shown);
      return;
    }
    const epoch = this.#options.engine.epochInWorkdir
      ? (this.#options.buildArguments?.get("SOURCE_DATE_EPOCH") ?? "")
      : "";
    this.#add(stage, command, state, "WORKDIR", {
      operation: { kind: "directory", path: cleanPath(state.directory), user: state.user, epoch },
      reads: [],
    });
  }

  #add(
    stage: Stage,
    { shown, instruction, trigger }: Command,
    state: StageState,
    keyword: "RUN" | "COPY" | "ADD" | "WORKDIR",
    { operation, reads }: Pick<BuildStep, "operation" | "reads">,
    linked = false,
  ): void {
    const index = this.#steps.length;
    this.#steps.push({
      index,
      stage: stage.index,
      keyword,
      instruction: shown,
      span: shown.span,
      trigger,
      text: instruction.rest.text,
      operation,
      parent: state.origin,
      reads,
      linked,
      ignoresCache: keyword !== "WORKDIR" && this.#ignoresCache(stage),
    });
    state.origin =
      linked && state.origin.kind !== "scratch"
        ? { kind: "merge", lower: state.origin, step: index }
        : { kind: "step", step: index };
  }

  #ignoresCache(stage: Stage): boolean {
    const { noCache = false } = this.#options;
    return typeof noCache === "boolean"
      ? noCache
      : noCache.some((name) => name.toLowerCase() === stageTitle(stage));
  }

  /** What `--from` or `from=` names, or the build context without. */
  #readFrom(
    from: string | undefined,
    selections: readonly Selection[],
    numbers: boolean,
  ): ContextRead | OriginRead {
    if (from === undefined || from === "") {
      return { kind: "context", context: "", selections };
    }
    const stage = numbers ? findStage(this.#file, from) : findStageByName(this.#file, from);
    if (stage !== undefined) {
      const origin = this.#states.get(stage.index)?.origin ?? { kind: "unknown", name: from };
      return { kind: "origin", origin, name: from, selections };
    }
    if (from === "scratch") {
      return { kind: "origin", origin: { kind: "scratch" }, name: from, selections };
    }
    const context = this.#namedContext(from);
    if (context?.kind === "local") {
      return { kind: "context", context: context.name, selections };
    }
    const origin: Origin =
      context?.kind === "other"
        ? { kind: "unknown", name: from }
        : this.#imageOrigin(context?.reference ?? from, this.#options.platform);
    return { kind: "origin", origin, name: from, selections };
  }

  #readGlobals(): OrderedVariables {
    const { buildPlatform, platform, target, buildArguments } = this.#options;
    const name = target === undefined || target === "" ? this.#file.stages.at(-1)?.name : target;
    const globals = new OrderedVariables();
    const predefined = predefinedVariables({
      buildPlatform: buildPlatform ?? platform,
      targetPlatform: platform,
      ...(name === undefined ? {} : { target: name }),
    });
    for (const [key, value] of predefined) {
      globals.set(key, buildArguments?.get(key) ?? value);
    }
    for (const { pairs } of this.#file.globalArgs) {
      for (const { key, value } of pairs) {
        const given =
          buildArguments?.get(key.raw.text) ??
          (value === undefined ? undefined : this.#expand(value.raw, globals));
        if (given !== undefined) {
          globals.set(key.raw.text, given);
        }
      }
    }
    return globals;
  }

  #expand(raw: MappedText, variables: Variables): string {
    return expand(raw, variables, { escape: this.#file.escape }).text;
  }
}

function isOnbuild(instruction: Instruction): instruction is OnbuildInstruction {
  return instruction.keyword === "ONBUILD" && !instruction.onbuild;
}
