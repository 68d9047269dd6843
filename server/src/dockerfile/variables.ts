import type { Variables } from "./expansion.ts";
import type { Instruction, KeyValue } from "./syntax.ts";

/** Where a variable has its value from, or that it is declared at all. */
export interface Binding {
  readonly name: string;
  /** `undefined` for an ARG without a value. */
  readonly value: string | undefined;
  readonly kind: "arg" | "env" | "global arg" | "predefined" | "base image" | "build argument";
  /** The pair in the Dockerfile that binds it; absent for what comes from outside. */
  readonly pair?: KeyValue;
  readonly instruction?: Instruction;
}

/**
 * The variables at one place of a Dockerfile. Does not change: later bindings make later environments,
 * which share their storage with this one.
 */
export class Environment implements Variables {
  readonly #timeline: Timeline;
  readonly #version: number;
  readonly #parent: Environment | undefined;
  readonly #depth: number;

  private constructor(timeline: Timeline, version: number, parent: Environment | undefined) {
    this.#timeline = timeline;
    this.#version = version;
    this.#parent = parent;
    this.#depth = parent === undefined ? 0 : parent.#depth + 1;
  }

  /** An environment without variables, or with those of `parent`, which it does not change. */
  static start(parent?: Environment): EnvironmentBuilder {
    const timeline = new Timeline();
    const copied = parent !== undefined && parent.#depth >= maxDepth ? parent : undefined;
    for (const name of copied?.names() ?? []) {
      for (const binding of new Set([copied?.binding(name), copied?.declaration(name)])) {
        if (binding !== undefined) {
          timeline.add(binding);
        }
      }
    }
    const below = copied === undefined ? parent : undefined;
    return {
      add: (binding) => timeline.add(binding),
      snapshot: () => new Environment(timeline, timeline.version, below),
    };
  }

  get(name: string): string | undefined {
    return this.binding(name)?.value;
  }

  /** What gives the variable its value; without a value, what declares it. */
  binding(name: string): Binding | undefined {
    return this.#find("valued", name) ?? this.#find("declared", name);
  }

  /** The last line that declares the variable, with a value or without. */
  declaration(name: string): Binding | undefined {
    return this.#find("declared", name);
  }

  /** All names that are declared, those without a value too. */
  names(): Set<string> {
    const names = new Set<string>();
    for (const { timeline, version } of this.#layers()) {
      for (const name of timeline.declared.keys()) {
        if (timeline.find(timeline.declared, name, version) !== undefined) {
          names.add(name);
        }
      }
    }
    return names;
  }

  #find(which: "declared" | "valued", name: string): Binding | undefined {
    for (const { timeline, version } of this.#layers()) {
      const found = timeline.find(timeline[which], name, version);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  /** This one first, then what it builds on. A loop, as a long chain of stages would be a deep recursion. */
  *#layers(): Generator<{ timeline: Timeline; version: number }> {
    yield { timeline: this.#timeline, version: this.#version };
    let parent = this.#parent;
    while (parent !== undefined) {
      yield { timeline: parent.#timeline, version: parent.#version };
      parent = parent.#parent;
    }
  }
}

/** A longer chain of stages is copied together, so that a look-up stays short. */
const maxDepth = 32;

export interface EnvironmentBuilder {
  add(binding: Binding): void;
  snapshot(): Environment;
}

/** Bindings in order, found by name and by how many were there. */
class Timeline {
  readonly declared = new Map<string, Entry[]>();
  readonly valued = new Map<string, Entry[]>();
  version = 0;

  add(binding: Binding): void {
    this.version++;
    push(this.declared, { version: this.version, binding });
    if (binding.value !== undefined) {
      push(this.valued, { version: this.version, binding });
    }
  }

  find(map: ReadonlyMap<string, Entry[]>, name: string, version: number): Binding | undefined {
    const entries = map.get(name);
    if (entries === undefined) {
      return undefined;
    }
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle]?.version ?? 0) <= version) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return entries[low - 1]?.binding;
  }
}

interface Entry {
  readonly version: number;
  readonly binding: Binding;
}

function push(map: Map<string, Entry[]>, entry: Entry): void {
  const entries = map.get(entry.binding.name);
  if (entries === undefined) {
    map.set(entry.binding.name, [entry]);
  } else {
    entries.push(entry);
  }
}

/** Build arguments that the builder itself acts on; they are no variables of the build. */
export const builderOnlyArguments: ReadonlySet<string> = new Set([
  "BUILDKIT_SBOM_SCAN_CONTEXT",
  "BUILDKIT_SBOM_SCAN_STAGE",
]);

/** What predefined variables describe. */
export interface PlatformVariables {
  /** `linux/amd64` unless given. */
  readonly buildPlatform?: string;
  /** The build platform unless given. */
  readonly targetPlatform?: string;
  /** Name of the stage that is built; `default` unless given. */
  readonly target?: string;
}

/** The variables that are there without any ARG: in FROM lines, and in a stage behind `ARG name`. */
export function predefinedVariables(options: PlatformVariables = {}): ReadonlyMap<string, string> {
  const build = options.buildPlatform ?? "linux/amd64";
  const target = options.targetPlatform ?? build;
  return new Map([
    ...platformVariables("BUILD", build),
    ...platformVariables("TARGET", target),
    ["TARGETSTAGE", options.target ?? "default"] as const,
  ]);
}

function platformVariables(prefix: string, platform: string): [string, string][] {
  const [system = "", architecture = "", variant = ""] = platform.split("/");
  const version = /\((.*)\)/.exec(system)?.[1] ?? "";
  return [
    [`${prefix}PLATFORM`, platform],
    [`${prefix}OS`, system.replace(/\(.*/, "")],
    [`${prefix}OSVERSION`, version],
    [`${prefix}ARCH`, architecture],
    [`${prefix}VARIANT`, variant],
  ];
}

/** The PATH that a stage has when its base image sets none. */
export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
