import type { Variables } from "./expansion.ts";
import { PersistentArray } from "./persistentArray.ts";
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
  readonly #names: NameTable;
  readonly #bound: PersistentArray<Bound>;

  private constructor(names: NameTable, bound: PersistentArray<Bound>) {
    this.#names = names;
    this.#bound = bound;
  }

  /** An environment without variables, or with those of `parent`, which it does not change. */
  static start(parent?: Environment): EnvironmentBuilder {
    const names = parent === undefined ? new NameTable() : parent.#names;
    let bound = parent === undefined ? PersistentArray.empty<Bound>() : parent.#bound;
    let snapshot = parent;
    return {
      add: (binding) => {
        const number = names.add(binding.name);
        const valued = binding.value === undefined ? bound.get(number)?.valued : binding;
        bound = bound.with(number, { declared: binding, valued });
        snapshot = undefined;
      },
      snapshot: () => (snapshot ??= new Environment(names, bound)),
    };
  }

  get(name: string): string | undefined {
    return this.binding(name)?.value;
  }

  /** What gives the variable its value; without a value, what declares it. */
  binding(name: string): Binding | undefined {
    const bound = this.#find(name);
    return bound?.valued ?? bound?.declared;
  }

  /** The last line that declares the variable, with a value or without. */
  declaration(name: string): Binding | undefined {
    return this.#find(name)?.declared;
  }

  /** All names that are declared, those without a value too. */
  names(): Set<string> {
    return new Set(this.#names.all().filter((name) => this.#find(name) !== undefined));
  }

  #find(name: string): Bound | undefined {
    const number = this.#names.find(name);
    return number === undefined ? undefined : this.#bound.get(number);
  }
}

export interface EnvironmentBuilder {
  add(binding: Binding): void;
  snapshot(): Environment;
}

interface Bound {
  readonly declared: Binding;
  /** The last binding with a value. */
  readonly valued: Binding | undefined;
}

/** Numbers for names, common to an environment and all that build on it. */
class NameTable {
  readonly #numbers = new Map<string, number>();

  add(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) {
      return known;
    }
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  find(name: string): number | undefined {
    return this.#numbers.get(name);
  }

  all(): string[] {
    return [...this.#numbers.keys()];
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
