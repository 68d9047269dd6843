import { basename, dirname, resolve } from "node:path";
import * as vscode from "vscode";
import type { SecretSource } from "../engine/build.ts";
import { EngineError } from "../engine/engineError.ts";
import { defaultTag } from "../presentation/imageReference.ts";
import type { BuildPlan } from "../presentation/buildPlan.ts";
import type { Builds } from "./builds.ts";

/** As package.json contributes it, with the properties of a definition. */
export const buildTaskType = "slipway-build";

/** Builds as tasks: one for each Dockerfile of the workspace, and those of a tasks.json. */
export class BuildTasks implements vscode.TaskProvider {
  readonly #builds: Builds;

  constructor(builds: Builds) {
    this.#builds = builds;
  }

  async provideTasks(): Promise<vscode.Task[]> {
    const files = await vscode.workspace.findFiles(
      "**/{Dockerfile,Containerfile,*.Dockerfile,*.dockerfile}",
      "**/{node_modules,.git,vendor}/**",
      50,
    );
    return files.flatMap((uri) => {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      if (folder?.uri.scheme !== "file") {
        return [];
      }
      const dockerfile = vscode.workspace.asRelativePath(uri, false);
      return [this.#task({ type: buildTaskType, dockerfile }, folder, dockerfile)];
    });
  }

  resolveTask({ definition, scope, name }: vscode.Task): vscode.Task | undefined {
    const folder =
      typeof scope === "object" ? scope : vscode.workspace.workspaceFolders?.find(Boolean);
    return folder === undefined ? undefined : this.#task(definition, folder, name);
  }

  #task(
    definition: vscode.TaskDefinition,
    folder: vscode.WorkspaceFolder,
    name: string,
  ): vscode.Task {
    const execution = new vscode.CustomExecution(async (resolved) => {
      return new TaskTerminal(this.#builds, () => planOf(resolved, folder.uri.fsPath));
    });
    const matchers = [`$${buildTaskType}`];
    const task = new vscode.Task(definition, folder, name, "slipway", execution, matchers);
    task.group = vscode.TaskGroup.Build;
    return task;
  }
}

/** A task's terminal, which the build is written to. Ctrl+C, and closing it, cancels. */
class TaskTerminal implements vscode.Pseudoterminal {
  readonly #builds: Builds;
  readonly #plan: () => BuildPlan;
  readonly #output = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<number>();
  readonly #cancelling = new AbortController();
  readonly onDidWrite = this.#output.event;
  readonly onDidClose = this.#closed.event;

  constructor(builds: Builds, plan: () => BuildPlan) {
    this.#builds = builds;
    this.#plan = plan;
  }

  open(): void {
    void this.#run();
  }

  close(): void {
    this.#cancelling.abort();
  }

  handleInput(text: string): void {
    if (text === "\u0003") {
      this.#cancelling.abort();
    }
  }

  async #run(): Promise<void> {
    const write = (text: string): void => this.#output.fire(text);
    try {
      const plan = this.#plan();
      const outcome = await this.#builds.run(plan, {
        output: { write, end: (message) => write(`${message}\r\n`) },
        signal: this.#cancelling.signal,
      });
      if (outcome.kind === "failed") {
        const { line, character } = outcome.range.start;
        const message = outcome.message.replaceAll(/\s+/g, " ");
        // For the problem matcher of package.json.
        write(`${plan.dockerfile}:${line + 1}:${character + 1}: error: ${message}\r\n`);
      }
      this.#closed.fire(outcome.kind === "built" ? 0 : 1);
    } catch (error) {
      // Builds has written what the engine said; what is left is about the task's definition.
      if (!(error instanceof EngineError)) {
        write(`${error instanceof Error ? error.message : String(error)}\r\n`);
      }
      this.#closed.fire(1);
    }
  }
}

/** What the definition asks for. Throws an Error with a sentence where it makes no sense. */
function planOf(given: vscode.TaskDefinition, folder: string): BuildPlan {
  const definition = fromContainerTools(given, folder) ?? given;
  const text = (key: string): string | undefined => {
    const value: unknown = definition[key];
    if (value !== undefined && typeof value !== "string") {
      throw new Error(vscode.l10n.t("The task's {0} is no text.", key));
    }
    return value;
  };
  const texts = (key: string): Readonly<Record<string, string>> => {
    const value = objectIn(definition, key);
    for (const [name, each] of Object.entries(value)) {
      if (typeof each !== "string") {
        throw new Error(vscode.l10n.t("The task's {0} is no text.", `${key}.${name}`));
      }
    }
    return value as Readonly<Record<string, string>>;
  };
  const dockerfile = text("dockerfile");
  if (dockerfile === undefined) {
    throw new Error(vscode.l10n.t("The task names no Dockerfile."));
  }
  const path = resolve(folder, dockerfile);
  const context = text("context");
  const contextFolder = context === undefined ? dirname(path) : resolve(folder, context);
  const target = text("target");
  const platform = text("platform");
  const tags: unknown = definition["tags"] ?? [];
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === "string")) {
    throw new Error(vscode.l10n.t("The task's tags are no list of texts."));
  }
  const cacheFrom: unknown = definition["cacheFrom"] ?? [];
  if (!Array.isArray(cacheFrom) || !cacheFrom.every((image) => typeof image === "string")) {
    throw new Error(vscode.l10n.t("The task's cacheFrom is no list of texts."));
  }
  const network = text("network");
  const [tag = defaultTag(basename(contextFolder), target), ...moreTags] = tags;
  return {
    dockerfile: path,
    contextFolder,
    tag,
    ...(target === undefined ? {} : { target }),
    choices: {
      buildArguments: texts("buildArguments"),
      labels: texts("labels"),
      secrets: Object.fromEntries(
        Object.entries(objectIn(definition, "secrets")).map(([id, source]) => [
          id,
          secretSource(id, source, folder),
        ]),
      ),
      sshAgent: definition["sshAgent"] === true,
      noCache: definition["noCache"] === true,
      pull: definition["pull"] === true,
      moreTags,
      extraHosts: texts("extraHosts"),
      cacheFrom,
      inlineCache: definition["inlineCache"] === true,
      ...(network === undefined ? {} : { network }),
      ...(platform === undefined ? {} : { platform }),
    },
  };
}

/**
 * What a `docker-build` task of Container Tools says in its `dockerBuild`, as a
 * definition of ours, so that nothing but the type has to change in a tasks.json;
 * undefined where there is none. Defaults are those of Container Tools.
 */
function fromContainerTools(
  definition: vscode.TaskDefinition,
  folder: string,
): vscode.TaskDefinition | undefined {
  if (definition["dockerBuild"] === undefined) {
    return undefined;
  }
  const { context, dockerfile, tag, target, buildArgs, labels, platform, pull, customOptions } =
    objectIn(definition, "dockerBuild");
  if (customOptions !== undefined && customOptions !== "") {
    throw new Error(
      vscode.l10n.t(
        "The task's customOptions are for the docker command; write them as properties of the task.",
      ),
    );
  }
  const { includeDefaults: _ours, ...ownLabels } = objectIn({ type: "", labels }, "labels");
  return {
    type: definition.type,
    dockerfile: dockerfile ?? resolve(folder, "Dockerfile"),
    context: context ?? folder,
    buildArguments: buildArgs,
    labels: ownLabels,
    pull,
    platform: platformText(platform),
    target,
    ...(tag === undefined ? {} : { tags: [tag] }),
  };
}

/** `linux/arm64`, or an object with the two halves of that. */
function platformText(platform: unknown): unknown {
  return typeof platform === "object" &&
    platform !== null &&
    "os" in platform &&
    typeof platform.os === "string"
    ? "architecture" in platform && typeof platform.architecture === "string"
      ? `${platform.os}/${platform.architecture}`
      : platform.os
    : platform;
}

function objectIn(
  definition: vscode.TaskDefinition,
  key: string,
): Readonly<Record<string, unknown>> {
  const value: unknown = definition[key] ?? {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(vscode.l10n.t("The task's {0} are no object.", key));
  }
  return { ...value };
}

function secretSource(id: string, source: unknown, folder: string): SecretSource {
  if (typeof source === "object" && source !== null) {
    if ("file" in source && typeof source.file === "string") {
      return { file: resolve(folder, source.file) };
    }
    if ("variable" in source && typeof source.variable === "string") {
      return { variable: source.variable };
    }
  }
  throw new Error(vscode.l10n.t("The task's secret {0} names neither a file nor a variable.", id));
}
