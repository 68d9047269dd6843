import type { ImageConfig, Origin } from "./steps.ts";
import { defaultPath } from "../dockerfile/variables.ts";

/** The variables of a stage in the order in which they were last set, which enters RUN's key. */
export class OrderedVariables {
  readonly #values: Map<string, string>;

  constructor(values: Iterable<readonly [string, string]> = []) {
    this.#values = new Map(values);
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  set(name: string, value: string): void {
    this.#values.delete(name);
    this.#values.set(name, value);
  }

  entries(): [string, string][] {
    return [...this.#values];
  }

  copy(): OrderedVariables {
    return new OrderedVariables(this.#values);
  }
}

/** What instructions of a stage change for those that follow. */
export interface StageState {
  origin: Origin;
  /** The variables that RUN sees: ENV and ARG. */
  variables: OrderedVariables;
  /** The variables of the image: ENV only, and each one stays at its first place. */
  imageVariables: Map<string, string>;
  /** Never cleaned when it was absolute: RUN's key tells `/app` from `/app/`. */
  directory: string;
  /** The image's working directory; empty until one is set. */
  imageDirectory: string;
  user: string;
  shell: readonly string[];
  platform: string;
}

/** The state at the start of a stage on an image; `undefined` config for scratch and unknown images. */
export function stateOfImage(
  origin: Origin,
  config: ImageConfig | undefined,
  platform: string,
): StageState {
  const state: StageState = {
    origin,
    variables: new OrderedVariables(),
    imageVariables: new Map(),
    directory: "/",
    imageDirectory: "",
    user: "",
    shell: config?.shell ?? [],
    platform,
  };
  for (const pair of config?.environment ?? []) {
    const equals = pair.indexOf("=");
    state.imageVariables.set(
      equals === -1 ? pair : pair.slice(0, equals),
      equals === -1 ? "" : pair.slice(equals + 1),
    );
  }
  state.imageDirectory = config?.workingDirectory ?? "";
  state.user = config?.user ?? "";
  startStage(state);
  return state;
}

/** The state at the start of a stage on another one: ARG values are inherited too. */
export function stateOfStage(parent: StageState): StageState {
  const state = {
    ...parent,
    variables: parent.variables.copy(),
    imageVariables: new Map(parent.imageVariables),
  };
  startStage(state);
  return state;
}

/**
 * BuildKit puts the image's variables in again at the start of every stage. So they come behind the
 * ARGs of a parent stage, and win over those of the same name.
 */
function startStage(state: StageState): void {
  if (!state.imageVariables.has("PATH") && !state.platform.startsWith("windows")) {
    state.imageVariables.set("PATH", defaultPath);
  }
  for (const [name, value] of state.imageVariables) {
    state.variables.set(name, value);
  }
  if (state.imageDirectory !== "") {
    changeDirectory(state, state.imageDirectory);
  }
}

/** WORKDIR: a relative path is joined and cleaned, an absolute one stays as it is written. */
export function changeDirectory(state: StageState, path: string): void {
  const current = state.imageDirectory === "" ? "/" : state.imageDirectory;
  const next =
    path === "" ? current : path.startsWith("/") ? path : cleanPath(`${current}/${path}`);
  state.imageDirectory = next;
  state.directory = next;
}

/** An absolute path without `.`, `..`, double slashes and slash at the end. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      parts.pop();
    } else if (part !== "" && part !== ".") {
      parts.push(part);
    }
  }
  return `/${parts.join("/")}`;
}
