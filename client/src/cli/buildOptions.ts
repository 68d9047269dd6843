import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { BuildRequest, SecretSource } from "../engine/build.ts";
import { sshAgentSocket } from "../engine/sshAgentSocket.ts";
import { referenceProblem } from "../presentation/imageReference.ts";
import { inEnglish } from "../presentation/localize.ts";
import { pairs } from "./pairs.ts";

const progressKinds = ["plain", "json"] as const;

export interface BuildOptions {
  readonly request: BuildRequest;
  /** An address or the name of a docker context; empty to look for the engine. */
  readonly endpoint: string;
  readonly progress: (typeof progressKinds)[number];
  readonly quiet: boolean;
}

/** What the arguments are read against. */
export interface Surroundings {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Reads the arguments of `slipway build`, which mean what they mean to `docker build`. A mistake is a sentence. */
export function readBuildOptions(
  args: readonly string[],
  surroundings: Surroundings,
): BuildOptions | { readonly mistake: string } | { readonly help: true } {
  try {
    return readOrThrow(args, surroundings);
  } catch (error) {
    return { mistake: error instanceof Error ? error.message : String(error) };
  }
}

function readOrThrow(
  args: readonly string[],
  { folder, environment }: Surroundings,
): BuildOptions | { readonly help: true } {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      file: { type: "string", short: "f" },
      tag: { type: "string", short: "t", multiple: true, default: [] },
      target: { type: "string" },
      "build-arg": { type: "string", multiple: true, default: [] },
      label: { type: "string", multiple: true, default: [] },
      secret: { type: "string", multiple: true, default: [] },
      ssh: { type: "string", multiple: true, default: [] },
      platform: { type: "string" },
      network: { type: "string" },
      "add-host": { type: "string", multiple: true, default: [] },
      "cache-from": { type: "string", multiple: true, default: [] },
      "cache-to": { type: "string", multiple: true, default: [] },
      "no-cache": { type: "boolean", default: false },
      pull: { type: "boolean", default: false },
      progress: { type: "string" },
      quiet: { type: "boolean", short: "q", default: false },
      endpoint: { type: "string", default: "" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    return { help: true };
  }
  const [context = ".", extra] = positionals;
  if (extra !== undefined) {
    throw new Error(`one build context is enough, so what is “${extra}”?`);
  }
  if (context === "-" || values.file === "-" || /^(?:https?:\/\/|git(?:@|:\/\/))/.test(context)) {
    throw new Error("the context is a folder and the Dockerfile a file, both on this machine.");
  }
  const progress = progressKinds.find((each) => each === (values.progress ?? "plain"));
  if (progress === undefined) {
    throw new Error(`--progress does not take “${values.progress}”.`);
  }
  if (values.quiet && values.progress !== undefined) {
    throw new Error("--quiet shows no progress, so that --progress cannot be given with it.");
  }
  for (const tag of values.tag) {
    const problem = referenceProblem(tag, inEnglish);
    if (problem !== undefined) {
      throw new Error(`--tag “${tag}”: ${problem}`);
    }
  }
  const contextFolder = resolve(folder, context);
  return {
    request: {
      contextFolder,
      dockerfile: resolve(
        values.file === undefined ? contextFolder : folder,
        values.file ?? "Dockerfile",
      ),
      tags: values.tag,
      ...(values.target === undefined ? {} : { target: values.target }),
      ...(values.platform === undefined ? {} : { platform: values.platform }),
      buildArguments: pairs("--build-arg", values["build-arg"], (name) => environment[name]),
      labels: pairs("--label", values.label, () => ""),
      secrets: Object.fromEntries(
        values.secret.map((text) => readSecret(text, { folder, environment })),
      ),
      sshAgents: Object.fromEntries(values.ssh.map((text) => readAgent(text, environment))),
      ...(values.network === undefined ? {} : { network: values.network }),
      extraHosts: Object.fromEntries(values["add-host"].map(readHost)),
      cacheFrom: values["cache-from"].map(readCacheSource),
      inlineCache: values["cache-to"].map(isInlineCache).length > 0,
      noCache: values["no-cache"],
      pull: values.pull,
    },
    endpoint: values.endpoint,
    progress,
    quiet: values.quiet,
  };
}

/**
 * `id=npm,src=token.txt` or `id=npm,env=TOKEN`; with an id alone a variable of
 * that name, or else a file. https://docs.docker.com/reference/cli/docker/buildx/build/#secret
 */
function readSecret(
  text: string,
  { folder, environment }: Surroundings,
): readonly [id: string, source: SecretSource] {
  const given = new Map<string, string>();
  for (const field of text.split(",")) {
    const [, key, value] = /^\s*(\w+)=(.*)$/s.exec(field) ?? [];
    if (key === undefined || value === undefined || !secretKeys.has(key.toLowerCase())) {
      throw new Error(
        `--secret does not take “${field}”; write id=NAME,src=FILE or id=NAME,env=VARIABLE.`,
      );
    }
    given.set(key.toLowerCase(), value);
  }
  const type = given.get("type");
  if (type !== undefined && type !== "file" && type !== "env") {
    throw new Error(`--secret of type “${type}”: there are file and env.`);
  }
  const source = given.get("src") ?? given.get("source");
  const named = given.get("env") ?? (type === "env" ? source : undefined);
  // The CLI goes by the last part of the path where there is no id.
  const id = given.get("id") ?? (named === undefined ? source?.split(/[\\/]/).at(-1) : named);
  if (id === undefined || id === "") {
    throw new Error(`--secret “${text}” has no id.`);
  }
  const variable =
    named ??
    (source === undefined && type !== "file" && environment[id] !== undefined ? id : undefined);
  return [id, variable === undefined ? { file: resolve(folder, source ?? id) } : { variable }];
}

/** `NAME:ADDRESS` or `NAME=ADDRESS`; the address may be one of IPv6. */
function readHost(text: string): readonly [name: string, address: string] {
  const [, name, address] = /^([^:=\s]+)[:=](\S+)$/.exec(text) ?? [];
  if (name === undefined || address === undefined) {
    throw new Error(`--add-host does not take “${text}”; write NAME:ADDRESS.`);
  }
  return [name, address.replace(/^\[(.*)\]$/, "$1")];
}

/** `IMAGE` or `type=registry,ref=IMAGE`: what the engine can look a cache up in. */
function readCacheSource(text: string): string {
  const [, reference = text] = /^(?=.*\btype=registry\b)(?:.*,)?ref=([^,]+)/.exec(text) ?? [];
  if (reference.includes("=") || referenceProblem(reference, inEnglish) !== undefined) {
    throw new Error(
      `--cache-from does not take “${text}”; the engine looks into images: write IMAGE or type=registry,ref=IMAGE.`,
    );
  }
  return reference;
}

function isInlineCache(text: string): true {
  if (text !== "type=inline") {
    throw new Error(
      `--cache-to does not take “${text}”; the engine itself makes type=inline only.`,
    );
  }
  return true;
}

const secretKeys = new Set(["id", "src", "source", "env", "type"]);

/** `default` or `ID=SOCKET`; without a socket the agent that SSH_AUTH_SOCK names. */
function readAgent(
  text: string,
  environment: Surroundings["environment"],
): readonly [id: string, socket: string] {
  const [, id = "", given] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const socket = given ?? sshAgentSocket(environment);
  if (socket === undefined || socket === "") {
    throw new Error("--ssh needs a running SSH agent: SSH_AUTH_SOCK is not set.");
  }
  return [id === "" ? "default" : id, socket];
}
