import { type Evaluation, evaluate } from "../dockerfile/evaluate.ts";
import { mountOption } from "../dockerfile/runMounts.ts";
import { findStage, findStageByName } from "../dockerfile/stages.ts";
import type { Command, Dockerfile, Instruction, Stage } from "../dockerfile/syntax.ts";
import type { Binding } from "../dockerfile/variables.ts";
import { type MappedText, spanOf, verbatim } from "../text/mappedText.ts";
import { type Span, touches } from "../text/span.ts";

/** Something of a Dockerfile that has a name, and every place where the name stands. */
export type Named = NamedStage | NamedVariable | NamedHeredoc;

export interface NamedStage {
  readonly kind: "stage";
  readonly stage: Stage;
  readonly places: readonly Place[];
}

export interface NamedVariable {
  readonly kind: "variable";
  readonly name: string;
  /** What the variable is at the place that was asked for; for a declaration the declaration itself. */
  readonly binding: Binding;
  /** In all scopes that share the variable: a stage, those built on it, and the ARG before the first FROM that it takes its value from. */
  readonly places: readonly Place[];
  /** The names of other variables in these scopes. */
  readonly neighbors: ReadonlySet<string>;
}

export interface NamedHeredoc {
  readonly kind: "heredoc";
  readonly name: string;
  readonly places: readonly Place[];
}

export interface Place {
  readonly span: Span;
  readonly role: "definition" | "use";
  /** The name itself stands here, not a number in place of it. */
  readonly named: boolean;
}

/** What has its name at the offset, with the place that stands there. */
export function namedAt(
  file: Dockerfile,
  offset: number,
): { named: Named; place: Place } | undefined {
  for (const { stage, places } of stagePlaces(file)) {
    const place = places.find(({ span }) => touches(span, offset));
    if (place !== undefined) {
      return { named: { kind: "stage", stage, places }, place };
    }
  }
  const variables = variablesOf(file);
  const found = variables.places.find(({ span }) => touches(span, offset));
  if (found !== undefined) {
    const { name, binding } = found;
    const scopes = sharedScopes(variables, name, found.scope);
    const inScopes = variables.places.filter((place) => scopes.has(place.scope));
    const places = inScopes.filter((place) => place.name === name);
    const neighbors = new Set(inScopes.map((place) => place.name).filter((each) => each !== name));
    return { named: { kind: "variable", name, binding, places, neighbors }, place: found };
  }
  return heredocAt(file, offset);
}

/** Where stages and variables are named in the whole file, in order. */
export function namePlaces(file: Dockerfile): (Place & { readonly kind: "stage" | "variable" })[] {
  const stages = stagePlaces(file).flatMap(({ places }) =>
    places.filter(({ named }) => named).map((place) => ({ ...place, kind: "stage" as const })),
  );
  const variables = variablesOf(file).places.map((place) => ({
    span: place.span,
    role: place.role,
    named: place.named,
    kind: "variable" as const,
  }));
  return [...stages, ...variables].sort((a, b) => a.span.start - b.span.start);
}

/** Every stage that has a name or is referred to, with its places. */
function stagePlaces(file: Dockerfile): { stage: Stage; places: Place[] }[] {
  const places = new Map<Stage, Place[]>();
  const add = (stage: Stage | undefined, place: Place): void => {
    const before = stage === undefined ? undefined : places.get(stage);
    if (before !== undefined) {
      before.push(place);
    } else if (stage !== undefined) {
      places.set(stage, [place]);
    }
  };
  for (const stage of file.stages) {
    const { base, from } = stage;
    if (from.stageName !== undefined) {
      add(stage, { span: from.stageName.span, role: "definition", named: true });
    }
    if (base.kind === "stage" && from.image !== undefined && !from.image.raw.text.includes("$")) {
      add(file.stages[base.stage], { span: from.image.span, role: "use", named: true });
    }
  }
  for (const instruction of file.instructions) {
    // What ONBUILD holds looks for stages of another Dockerfile.
    if (instruction.onbuild) {
      continue;
    }
    if (instruction.keyword === "COPY" && instruction.from !== undefined) {
      const { span, value } = instruction.from;
      const stage = findStage(file, value.text);
      add(stage, { span, role: "use", named: stage?.name === value.text.toLowerCase() });
    } else if (instruction.keyword === "RUN") {
      for (const mount of instruction.mounts) {
        const from = mountOption(mount, "from")?.value;
        if (from !== undefined) {
          const stage = findStageByName(file, from.value.text);
          add(stage, { span: from.span, role: "use", named: true });
        }
      }
    }
  }
  return [...places].map(([stage, found]) => ({
    stage,
    places: found.sort((a, b) => a.span.start - b.span.start),
  }));
}

interface VariablePlace extends Place {
  readonly name: string;
  readonly scope: Scope;
  readonly binding: Binding;
}

/** Index of a stage, or -1 for FROM lines and what stands before the first. */
type Scope = number;

interface Variables {
  readonly file: Dockerfile;
  readonly evaluation: Evaluation;
  /** In order. */
  readonly places: readonly VariablePlace[];
}

const known = new WeakMap<Dockerfile, Variables>();

function variablesOf(file: Dockerfile): Variables {
  const cached = known.get(file);
  if (cached !== undefined) {
    return cached;
  }
  const evaluation = evaluate(file);
  const places = new Map<number, VariablePlace>();
  for (const instruction of file.instructions) {
    for (const place of placesIn(file, evaluation, instruction)) {
      // An escaped line end in the middle of a name leaves no text that one could replace.
      if (file.text.slice(place.span.start, place.span.end) === place.name) {
        places.set(place.span.start, place);
      }
    }
  }
  const variables = {
    file,
    evaluation,
    places: [...places.values()].sort((a, b) => a.span.start - b.span.start),
  };
  known.set(file, variables);
  return variables;
}

function* placesIn(
  file: Dockerfile,
  { before, expansions, globals }: Evaluation,
  instruction: Instruction,
): Iterable<VariablePlace> {
  const scope: Scope =
    instruction.keyword === "FROM" || instruction.stage === undefined ? -1 : instruction.stage;
  const environment = before.get(instruction);
  if (environment === undefined) {
    return;
  }
  if (instruction.keyword === "ARG" || instruction.keyword === "ENV") {
    for (const pair of instruction.pairs) {
      const { text: name, span } = pair.key.value;
      const global = globals.declaration(name);
      const inherits = scope !== -1 && pair.value === undefined && global !== undefined;
      const kind = instruction.keyword === "ENV" ? "env" : scope === -1 ? "global arg" : "arg";
      const value = expansions.get(instruction)?.find(({ raw }) => raw === pair.value?.raw);
      const own: Binding = { name, value: value?.expansion.text, kind, pair, instruction };
      const binding = inherits ? global : own;
      yield { span, role: "definition", named: true, name, scope, binding };
    }
  }
  for (const { expansion } of expansions.get(instruction) ?? []) {
    for (const { name, span } of expansion.uses) {
      const binding = environment.binding(name);
      if (binding !== undefined) {
        yield { span, role: "use", named: true, name, scope, binding };
      }
    }
  }
  for (const text of textsForOthers(file, instruction)) {
    for (const { name, span } of variablesInShell(text)) {
      const binding = environment.binding(name);
      if (binding?.pair !== undefined) {
        yield { span, role: "use", named: true, name, scope, binding };
      }
    }
  }
}

/** The texts that a shell expands and not the builder; and what ONBUILD holds, which a later build expands. */
function textsForOthers(file: Dockerfile, instruction: Instruction): MappedText[] {
  switch (instruction.keyword) {
    case "RUN":
      return [
        ...textsOf(instruction.command),
        ...instruction.heredocs.map(({ body }) => verbatim(file.text, body)),
      ];
    case "CMD":
    case "ENTRYPOINT":
      return textsOf(instruction.command);
    case "HEALTHCHECK":
      return instruction.command === undefined ? [] : textsOf(instruction.command);
    case "FROM":
    case "ONBUILD":
    case "unknown":
      return [];
    default:
      return instruction.onbuild ? [instruction.body] : [];
  }
}

function textsOf(command: Command): MappedText[] {
  return command.form === "shell" ? [command.source] : command.words.map(({ value }) => value);
}

/**
 * Where a shell command reads or sets variables. Quotes are not looked at: a command in single quotes is
 * often run by another shell, which has the same environment. So every place is found that has to change
 * when a variable gets another name.
 */
function* variablesInShell(source: MappedText): Iterable<{ name: string; span: Span }> {
  const pattern =
    /(?<!\\)\$(?:\{[#!]?|env:)?(?<read>[A-Za-z_]\w*)|(?<![\w$-])(?<set>[A-Za-z_]\w*)(?=\+?=)|\b(?:for|export|unset|read|readonly|local)[ \t]+(?<named>[A-Za-z_]\w*)(?!\w|\+?=)/gi;
  for (const { index, 0: whole, groups } of source.text.matchAll(pattern)) {
    const name = groups?.["read"] ?? groups?.["set"] ?? groups?.["named"] ?? "";
    const end = index + whole.length;
    yield { name, span: spanOf(source, end - name.length, end) };
  }
}

/** The scopes that share the variable of this name with `scope`. */
function sharedScopes({ file, evaluation }: Variables, name: string, scope: Scope): Set<Scope> {
  const neighbors = new Map<Scope, Scope[]>();
  const link = (a: Scope, b: Scope): void => {
    neighbors.set(a, [...(neighbors.get(a) ?? []), b]);
    neighbors.set(b, [...(neighbors.get(b) ?? []), a]);
  };
  const isGlobal = evaluation.globals.declaration(name) !== undefined;
  for (const { index, base, instructions } of file.stages) {
    const inherited =
      base.kind === "stage" && evaluation.after[base.stage]?.declaration(name)?.pair !== undefined;
    if (inherited) {
      link(index, base.stage);
    }
    const takesGlobal = instructions.some(
      (instruction) =>
        instruction.keyword === "ARG" &&
        instruction.pairs.some(({ key, value }) => key.value.text === name && value === undefined),
    );
    if (isGlobal && takesGlobal) {
      link(index, -1);
    }
  }
  const shared = new Set([scope]);
  for (const each of shared) {
    for (const neighbor of neighbors.get(each) ?? []) {
      shared.add(neighbor);
    }
  }
  return shared;
}

function heredocAt(
  { instructions, text }: Dockerfile,
  offset: number,
): { named: NamedHeredoc; place: Place } | undefined {
  for (const { name, nameSpan, terminator } of instructions.flatMap(({ heredocs }) => heredocs)) {
    const places: Place[] = [
      { span: unquoted(text, nameSpan, name), role: "definition", named: true },
    ];
    if (terminator !== undefined) {
      places.push({ span: unquoted(text, terminator, name), role: "use", named: true });
    }
    const place = places.find(({ span }) => touches(span, offset));
    if (place !== undefined) {
      return { named: { kind: "heredoc", name, places }, place };
    }
  }
  return undefined;
}

/** The name without the quotes or tabs around it. */
function unquoted(text: string, span: Span, name: string): Span {
  const at = text.slice(span.start, span.end).indexOf(name);
  return at === -1 ? span : { start: span.start + at, end: span.start + at + name.length };
}
