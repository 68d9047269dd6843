import { heredocWord } from "../dockerfile/heredocs.ts";
import { readBoolean } from "../dockerfile/goValues.ts";
import type { Heredoc, RunInstruction, RunMount } from "../dockerfile/syntax.ts";
import type { MappedText } from "../text/mappedText.ts";
import type { ExecOperation, MountFacts } from "./operation.ts";
import { type StageState, cleanPath } from "./stageState.ts";
import type { BuildOptions, ContextRead, OriginRead, Read, Selection } from "./steps.ts";

export interface RunContext {
  readonly options: BuildOptions;
  readonly expand: (raw: MappedText) => string;
  readonly readFrom: (
    from: string | undefined,
    selections: readonly Selection[],
  ) => ContextRead | OriginRead;
}

/** What a RUN does and reads. `document` is the text in which it stands. */
export function runStep(
  instruction: RunInstruction,
  document: string,
  state: StageState,
  context: RunContext,
): { operation: ExecOperation; reads: readonly Read[] } {
  const { options } = context;
  const reader = new MountReader(state, context);
  const command = reader.command(instruction, document);
  for (const mount of instruction.mounts) {
    reader.mount(mount);
  }
  const modern = options.engine.limitsReachRun;
  if (modern && (options.shmSize ?? 0) > 0) {
    reader.facts.push({
      target: "/dev/shm",
      type: "tmpfs",
      fields: [`size=${options.shmSize ?? 0}`],
    });
  }
  const environment = state.variables.entries();
  const agent = reader.agentSocket;
  if (agent !== undefined && !environment.some(([name]) => name === "SSH_AUTH_SOCK")) {
    environment.push(["SSH_AUTH_SOCK", agent]);
  }
  const flag = (name: string): string =>
    instruction.flags.find((each) => each.name === name)?.value?.value.text ?? "";
  const network = flag("network");
  return {
    operation: {
      kind: "exec",
      command,
      environment,
      directory: state.directory,
      user: state.user,
      platform: state.platform,
      network: network === "" || network === "default" ? networkOf(options.network) : network,
      security: flag("security") === "insecure" ? "insecure" : "",
      hostname: modern ? (options.buildArguments?.get("BUILDKIT_SANDBOX_HOSTNAME") ?? "") : "",
      extraHosts: options.extraHosts ?? [],
      ulimits: modern ? (options.ulimits ?? []) : [],
      cgroupParent: modern ? (options.cgroupParent ?? "") : "",
      devices: instruction.flags
        .filter(({ name }) => name === "device")
        .map(({ value }) => value?.value.text ?? ""),
      mounts: reader.sorted(),
    },
    reads: options.engine.forgetsWholeMounts ? reader.reads.map(withoutWhole) : reader.reads,
  };
}

function withoutWhole(read: Read): Read {
  if (read.kind !== "context" && read.kind !== "origin") {
    return read;
  }
  const some = read.selections.filter(({ path }) => path !== "/");
  return some.length === 0 ? read : { ...read, selections: some };
}

function networkOf(network: string | undefined): string {
  return network === undefined || network === "default" || network === "sandbox" ? "" : network;
}

class MountReader {
  readonly facts: MountFacts[] = [];
  readonly reads: Read[] = [];
  agentSocket: string | undefined;
  #agents = 0;
  /** One entry for each source, because BuildKit mounts equal sources once. */
  readonly #sources = new Map<string, number>();
  readonly #state: StageState;
  readonly #context: RunContext;

  constructor(state: StageState, context: RunContext) {
    this.#state = state;
    this.#context = context;
  }

  sorted(): MountFacts[] {
    return this.facts.toSorted((a, b) => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0));
  }

  /** What is run. A lone heredoc is a script: given to the shell, or started itself if it begins with `#!`. */
  command({ command, heredocs }: RunInstruction, document: string): string[] {
    if (command.form === "exec") {
      return command.words.map(({ raw }) => raw.text);
    }
    const { text, span } = command.source;
    const [first] = heredocs;
    if (first === undefined) {
      return this.#inShell(text);
    }
    if (heredocWord(text, span) === undefined) {
      return this.#inShell(
        `${text}${heredocs.map((each) => `\n${bodyOf(each, document)}${each.name}`).join("")}`,
      );
    }
    if (!first.content.startsWith("#!") || this.#state.platform.startsWith("windows")) {
      return this.#inShell(first.content);
    }
    const read = this.#push({
      kind: "inline",
      name: first.name,
      content: first.content,
      mode: 0o755,
    });
    this.facts.push({ target: "/dev/pipes/", type: "inline", fields: ["readonly=true"], read });
    return [`/dev/pipes/${first.name}`];
  }

  #inShell(text: string): string[] {
    const { shell, platform } = this.#state;
    if (shell.length > 0) {
      return [...shell, text];
    }
    return platform.startsWith("windows") ? ["cmd", "/S", "/C", text] : ["/bin/sh", "-c", text];
  }

  mount(mount: RunMount): void {
    const values = new Map<string, string>();
    let readonly: boolean | undefined;
    for (const { key, value } of mount.options) {
      const text = value === undefined ? undefined : this.#context.expand(value.raw);
      if (key === "ro" || key === "readonly") {
        readonly = text === undefined ? true : readBoolean(text);
      } else if (key === "rw" || key === "readwrite") {
        readonly = text === undefined ? false : readBoolean(text) === false;
      } else {
        values.set(otherNames.get(key) ?? key, text ?? "true");
      }
    }
    switch (mount.type) {
      case "bind":
        this.#bind(values, readonly ?? true);
        return;
      case "cache":
        this.#cache(values, readonly ?? false);
        return;
      case "tmpfs": {
        const size = this.#context.options.engine.limitsReachRun ? (values.get("size") ?? "") : "";
        this.facts.push({
          target: this.#target(values),
          type: "tmpfs",
          fields: [`size=${bytes(size)}`],
        });
        return;
      }
      case "secret":
        this.#secret(values);
        return;
      case "ssh":
        this.#agent(values);
    }
  }

  #bind(values: ReadonlyMap<string, string>, readonly: boolean): void {
    this.facts.push({
      target: this.#target(values),
      type: "bind",
      fields: [`readonly=${readonly}`],
      read: this.#source(values.get("from"), values.get("source") ?? ""),
    });
  }

  #cache(values: ReadonlyMap<string, string>, readonly: boolean): void {
    const { engine, buildArguments } = this.#context.options;
    const target = this.#target(values);
    const sharing = values.get("sharing")?.toLowerCase() || "shared";
    const written = values.get("id") || cleanMountTarget(values.get("target") ?? "");
    const isDefault = written === target && sharing === "shared";
    const namespace = buildArguments?.get("BUILDKIT_CACHE_MOUNT_NS") ?? "";
    const identity = engine.ignoresCacheMountIds
      ? isDefault
        ? `default=${namespace}`
        : "other"
      : `id=${namespace}/${written},sharing=${sharing}`;
    const owner = ["uid", "gid", "mode"].map((name) => values.get(name) ?? "").join(":");
    const from = values.get("from");
    const fields = [identity, `readonly=${readonly}`];
    if (owner !== "::" && (values.get("source") ?? "") === "" && engine.countsCacheMountOwner) {
      fields.push(`owner=${owner}`);
    }
    this.facts.push({
      target,
      type: "cache",
      fields,
      ...(from === undefined ? {} : { read: this.#source(from, values.get("source") ?? "") }),
    });
  }

  #secret(values: ReadonlyMap<string, string>): void {
    const source = values.get("source") ?? "";
    const written = values.get("target") ?? "";
    const id = values.get("id") || source || written.slice(written.lastIndexOf("/") + 1);
    const environment = values.get("env");
    const target =
      written !== "" || environment === undefined ? written || `/run/secrets/${id}` : "";
    const required = `required=${readBoolean(values.get("required") ?? "false") === true}`;
    if (environment !== undefined) {
      this.facts.push({
        target: "",
        type: "secret env",
        fields: [`id=${id}`, `name=${environment}`, required],
      });
    }
    if (target !== "") {
      const absolute = target.startsWith("/") ? target : `${this.#state.directory}/${target}`;
      const owner = ["uid", "gid", "mode"].map((name) => `${name}=${values.get(name) ?? ""}`);
      this.facts.push({
        target: absolute,
        type: "secret",
        fields: [`id=${id}`, required, ...owner],
      });
    }
  }

  #agent(values: ReadonlyMap<string, string>): void {
    const target = values.get("target") || `/run/buildkit/ssh_agent.${this.#agents}`;
    this.#agents++;
    this.agentSocket ??= target;
    const required = `required=${readBoolean(values.get("required") ?? "false") === true}`;
    const owner = ["uid", "gid", "mode"].map((name) => `${name}=${values.get(name) ?? ""}`);
    const id = values.get("id") || "default";
    this.facts.push({ target, type: "ssh", fields: [`id=${id}`, required, ...owner] });
  }

  #target(values: ReadonlyMap<string, string>): string {
    const target = values.get("target") ?? "";
    return target.startsWith("/") ? target : cleanPath(`${this.#state.directory}/${target}`);
  }

  /** The place in `reads` of a source, with the path added to what is selected of it. */
  #source(from: string | undefined, path: string): number {
    const selection = { path: cleanPath(path), wildcard: false, includes: [], excludes: [] };
    const key = from ?? "";
    const known = this.#sources.get(key);
    const earlier = known === undefined ? undefined : this.reads[known];
    if (known !== undefined && (earlier?.kind === "context" || earlier?.kind === "origin")) {
      this.reads[known] = { ...earlier, selections: [...earlier.selections, selection] };
      return known;
    }
    const index = this.#push(this.#context.readFrom(from, [selection]));
    this.#sources.set(key, index);
    return index;
  }

  #push(read: Read): number {
    this.reads.push(read);
    return this.reads.length - 1;
  }
}

/** The lines of a heredoc as they stand, tabs and all. */
function bodyOf({ body }: Heredoc, document: string): string {
  return document.slice(body.start, body.end);
}

function cleanMountTarget(target: string): string {
  const clean = cleanPath(target);
  return target.startsWith("/") ? clean : clean.slice(1);
}

/** A size as a number of bytes, so that `1m` and `1024k` are one. */
function bytes(size: string): string {
  const match = /^\+?([0-9.]+) ?([kmgtp]?)/i.exec(size);
  const unit = "kmgtp".indexOf((match?.[2] ?? "").toLowerCase() || "-") + 1;
  return match === null ? "" : String(Math.floor(Number(match[1]) * 1024 ** unit));
}

/** The first name of options that have several. */
const otherNames = new Map([
  ["src", "source"],
  ["dst", "target"],
  ["destination", "target"],
]);
