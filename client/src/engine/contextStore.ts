import { createHash, randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseEndpointUrl } from "./dial.ts";
import { asObject, dockerFolder, parseJsonObject, readDockerConfig } from "./dockerConfig.ts";
import { EngineError } from "./engineError.ts";
import { realMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";

/** A context of the docker command: a name for an engine. */
export interface DockerContext {
  readonly name: string;
  readonly description: string;
  /** As DOCKER_HOST writes it; empty for `default`, which stands for this machine's own engine. */
  readonly url: string;
  readonly skipVerify: boolean;
}

/** The context that is always there, and that nobody can remove. */
export const defaultContext = "default";

export interface ContextRequest {
  readonly name: string;
  readonly url: string;
  readonly description?: string;
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`, of which some may be missing. */
  readonly certificates?: string;
}

/** Where the docker command keeps what belongs to a context: folders that are named after the hash of its name. */
export function contextFolders(
  machine: Machine,
  name: string,
): { readonly meta: string; readonly tls: string } {
  const id = createHash("sha256").update(name).digest("hex");
  const contexts = join(dockerFolder(machine), "contexts");
  return { meta: join(contexts, "meta", id), tls: join(contexts, "tls", id) };
}

/** `undefined` where there is no such context, or it cannot be read. */
export async function readContext(
  machine: Machine,
  name: string,
): Promise<DockerContext | undefined> {
  return toContext(await machine.readText(join(contextFolders(machine, name).meta, "meta.json")));
}

/** Every context, `default` first and then by name; those that cannot be read are left out. */
export async function readContexts(
  machine: Machine = realMachine,
): Promise<readonly DockerContext[]> {
  const folder = join(dockerFolder(machine), "contexts", "meta");
  const found = await Promise.all(
    (await machine.list(folder)).map(async (id) =>
      toContext(await machine.readText(join(folder, id, "meta.json"))),
    ),
  );
  const named = found.filter((context) => context !== undefined);
  named.sort((left, right) => left.name.localeCompare(right.name));
  return [{ name: defaultContext, description: "", url: "", skipVerify: false }, ...named];
}

/**
 * The context that counts here and now, found without a look at any engine:
 * `undefined` where an address does. `setting` is an address or a name.
 */
export async function contextInUse(
  setting: string,
  machine: Machine = realMachine,
): Promise<string | undefined> {
  const { environment } = machine;
  if (setting !== "") {
    return setting.includes("://") ? undefined : setting;
  }
  if ((environment["DOCKER_HOST"] ?? "").trim() !== "") {
    return undefined;
  }
  const named = (environment["DOCKER_CONTEXT"] ?? "").trim();
  return named === ""
    ? ((await readDockerConfig(machine)).currentContext ?? defaultContext)
    : named;
}

/** What is wrong with a name for a new context, as the docker command judges it; `undefined` for a good one. */
export function contextNameProblem(name: string): "taken" | "characters" | undefined {
  if (name === defaultContext) {
    return "taken";
  }
  return /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/.test(name) ? undefined : "characters";
}

/** Makes a context that the docker command sees too. Rejects with EngineError `conflict` for a name that is taken. */
export async function createContext(
  request: ContextRequest,
  machine: Machine = realMachine,
): Promise<void> {
  const { name, url, description = "", certificates } = request;
  parseEndpointUrl(url);
  if (contextNameProblem(name) !== undefined || (await readContext(machine, name))) {
    throw new EngineError("conflict", `The name “${name}” is taken or cannot be a context's.`);
  }
  const { meta, tls } = contextFolders(machine, name);
  await storing(`make the docker context “${name}”`, async () => {
    if (certificates !== undefined) {
      await copyCertificates(certificates, join(tls, "docker"));
    }
    const content = {
      Name: name,
      Metadata: description === "" ? {} : { Description: description },
      Endpoints: { docker: { Host: url, SkipTLSVerify: false } },
    };
    await mkdir(meta, { recursive: true, mode: 0o755 });
    await replaceFile(join(meta, "meta.json"), JSON.stringify(content), 0o644);
  });
}

/** Forgets a context with its certificates. The one that the docker command uses is refused with reason `conflict`. */
export async function removeContext(name: string, machine: Machine = realMachine): Promise<void> {
  if (name === defaultContext) {
    throw new EngineError("conflict", "The context “default” cannot be removed.");
  }
  if ((await readDockerConfig(machine)).currentContext === name) {
    throw new EngineError(
      "conflict",
      `The docker context “${name}” is the current one. Use another one first.`,
    );
  }
  const { meta, tls } = contextFolders(machine, name);
  await storing(`remove the docker context “${name}”`, async () => {
    await rm(meta, { recursive: true });
    await rm(tls, { recursive: true, force: true });
  });
}

/**
 * Makes a context the current one of the docker command. Everything else in
 * its configuration stays as it is. Rejects with EngineError, and changes
 * nothing, where that cannot be read.
 */
export async function useContext(name: string, machine: Machine = realMachine): Promise<void> {
  if (name !== defaultContext && !(await readContext(machine, name))) {
    throw new EngineError("not-found", `There is no docker context “${name}” on this machine.`);
  }
  const file = join(dockerFolder(machine), "config.json");
  await storing(`change ${file}`, async () => {
    const text = await machine.readText(file);
    const config = text?.trim() ? (JSON.parse(text) as unknown) : {};
    if (typeof config !== "object" || config === null || Array.isArray(config)) {
      throw new Error("it is not a JSON object");
    }
    const { currentContext: _former, ...rest } = config as Record<string, unknown>;
    const next = name === defaultContext ? rest : { ...rest, currentContext: name };
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // The docker command writes it with tabs, and so that nobody else can read the credentials in it.
    await replaceFile(file, JSON.stringify(next, undefined, "\t"), 0o600);
  });
}

/** What there is of a context, without its keys. */
export async function inspectContext(
  name: string,
  machine: Machine = realMachine,
): Promise<Record<string, unknown>> {
  if (name === defaultContext) {
    return { Name: name, Metadata: {}, Endpoints: { docker: {} } };
  }
  const { meta, tls } = contextFolders(machine, name);
  const content = await machine.readText(join(meta, "meta.json"));
  if (content === undefined) {
    throw new EngineError("not-found", `There is no docker context “${name}” on this machine.`);
  }
  return {
    ...parseJsonObject(content),
    TLSMaterial: { docker: await machine.list(join(tls, "docker")) },
    Storage: { MetadataPath: meta, TLSPath: tls },
  };
}

/** `{ "Name": …, "Metadata": { "Description": … }, "Endpoints": { "docker": { "Host": …, "SkipTLSVerify": … } } }` */
function toContext(text: string | undefined): DockerContext | undefined {
  const meta = parseJsonObject(text);
  const { Name: name, Metadata: metadata } = meta;
  const { Host: url, SkipTLSVerify: skip } = asObject(asObject(meta["Endpoints"])["docker"]);
  const { Description: description } = asObject(metadata);
  return typeof name === "string" && typeof url === "string" && url !== ""
    ? {
        name,
        url,
        description: typeof description === "string" ? description : "",
        skipVerify: skip === true,
      }
    : undefined;
}

async function copyCertificates(from: string, to: string): Promise<void> {
  const files = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map(async (name) => {
      const content = await readFile(join(from, name)).catch(() => undefined);
      return content === undefined ? [] : [{ name, content }];
    }),
  );
  if (files.flat().length === 0) {
    throw new Error(`there is no ca.pem, cert.pem or key.pem in ${from}`);
  }
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const { name, content } of files.flat()) {
    await writeFile(join(to, name), content, { mode: 0o600 });
  }
}

/** The file is never half-written, keeps its mode, and stays a link where it is one. */
async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const temporary = `${target}.${randomUUID()}`;
  try {
    await writeFile(temporary, text, { mode });
    await chmod(temporary, mode);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function storing(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineError("engine-failed", `Cannot ${what}: ${why}.`, { cause: error });
  }
}
