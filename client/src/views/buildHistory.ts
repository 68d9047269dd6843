import * as vscode from "vscode";
import type { BuildEvent, BuildStep } from "../engine/build.ts";
import { lastDrawn } from "../engine/lastDrawn.ts";
import { lineOfStep } from "../engine/buildStepLine.ts";
import type { BuildPlan } from "../presentation/buildPlan.ts";
import { type BuildRecord, isBuildRecord, type RecordedStep } from "../presentation/buildRecord.ts";

/** How a build ended. */
export type BuildEnd = Pick<
  BuildRecord,
  "outcome" | "error" | "failedLine" | "imageId" | "imageBytes"
> & {
  /** From the beginning to now where absent. */
  readonly seconds?: number;
  /** Bytes of layers, by step digest. */
  readonly layerBytes?: ReadonlyMap<string, number>;
  /** 0-based lines of the instructions, by step digest. */
  readonly lines?: ReadonlyMap<string, number>;
};

/** A build while it runs, as whoever runs it reports it. */
export interface LiveBuild {
  readonly id: string;
  accept(event: BuildEvent): void;
  end(end: BuildEnd): Promise<BuildRecord>;
}

/** Builds that are kept of each Dockerfile, and in all. */
const mostOfDockerfile = 20;
const mostBuilds = 100;
/** Characters of output that are kept of a step, its last ones, and of a build. */
const mostOutput = 64 * 1024;
const mostOutputOfBuild = 1024 * 1024;

interface Running {
  record: BuildRecord;
  readonly steps: Map<string, RecordedStep>;
  readonly output: Map<string, string>;
  readonly cancel: () => void;
}

/**
 * The builds of this workspace: those that run, with their steps as they
 * come, and those that are over, kept in files over restarts.
 */
export class BuildHistory {
  readonly folder: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #didChange = new vscode.EventEmitter<string | undefined>();
  /** The id of the build that changed; undefined where builds came or went. */
  readonly onDidChange = this.#didChange.event;
  readonly #running = new Map<string, Running>();
  /** Newest first. */
  #past: readonly BuildRecord[] = [];
  /** Of the builds whose output was asked for last. */
  readonly #outputs = new Map<string, Promise<ReadonlyMap<string, string>>>();
  #loading: Promise<void> | undefined;

  /** `folder` is ours alone; it need not exist. */
  constructor(folder: vscode.Uri, log: vscode.LogOutputChannel) {
    this.folder = folder;
    this.#log = log;
  }

  /** Those that run, then those that are over, each newest first. */
  get builds(): readonly BuildRecord[] {
    return [...[...this.#running.values()].map(({ record }) => record).toReversed(), ...this.#past];
  }

  get(id: string): BuildRecord | undefined {
    return this.#running.get(id)?.record ?? this.#past.find((build) => build.id === id);
  }

  /** Reads what was kept, once. Never rejects. */
  async load(): Promise<void> {
    this.#loading ??= this.#read();
    await this.#loading;
  }

  begin(plan: BuildPlan, text: string, cancel: () => void): LiveBuild {
    const startedAt = Date.now();
    const id = `${startedAt.toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
    const running: Running = {
      record: { id, plan, text, startedAt, outcome: "running", steps: [] },
      steps: new Map(),
      output: new Map(),
      cancel,
    };
    this.#running.set(id, running);
    this.#didChange.fire(undefined);
    return {
      id,
      accept: (event) => {
        accept(running, event);
        this.#didChange.fire(id);
      },
      end: (end) => this.#end(running, end),
    };
  }

  /** Cancels a build that runs; its end follows. */
  cancel(id: string): void {
    this.#running.get(id)?.cancel();
  }

  /** What the step printed, as far as it is kept; empty if nothing. */
  async output(id: string, digest: string): Promise<string> {
    const running = this.#running.get(id);
    return running === undefined
      ? ((await this.#outputOf(id)).get(digest) ?? "")
      : (running.output.get(digest) ?? "");
  }

  /** Takes builds that are over out of the history for good. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.load();
    this.#past = this.#past.filter(({ id }) => !ids.includes(id));
    this.#didChange.fire(undefined);
    await Promise.all(ids.map((id) => this.#delete(id)));
  }

  dispose(): void {
    this.#didChange.dispose();
  }

  async #end(running: Running, end: BuildEnd): Promise<BuildRecord> {
    const { layerBytes, lines, ...outcome } = end;
    const { id, startedAt } = running.record;
    const steps = [...running.steps.values()].map((step): RecordedStep => {
      const bytes = layerBytes?.get(step.digest);
      const line = lines?.get(step.digest) ?? step.line;
      return {
        ...step,
        ...(bytes === undefined ? {} : { bytes }),
        ...(line === undefined ? {} : { line }),
      };
    });
    const record: BuildRecord = {
      ...running.record,
      seconds: (Date.now() - startedAt) / 1000,
      ...outcome,
      steps,
    };
    await this.load();
    const output = boundedOutput(running);
    this.#outputs.set(id, Promise.resolve(output));
    this.#running.delete(id);
    const builds = [record, ...this.#past];
    const kept = bounded(builds);
    this.#past = kept;
    this.#didChange.fire(undefined);
    try {
      await vscode.workspace.fs.createDirectory(this.folder);
      await this.#write(`${id}.output`, [...output]);
      await this.#write(id, record);
    } catch (error) {
      // A build is no failure because its record cannot be kept.
      this.#log.warn(`The build's record is not kept: ${String(error)}`);
    }
    const dropped = builds.filter((build) => !kept.includes(build));
    await Promise.all(dropped.map((build) => this.#delete(build.id)));
    return record;
  }

  async #read(): Promise<void> {
    const entries = await this.#list();
    const names = entries.filter((name) => /^[\w-]+\.json$/.test(name));
    const values = await Promise.all(names.map((name) => this.#readJson(name)));
    const records = values.filter(isBuildRecord).sort((a, b) => b.startedAt - a.startedAt);
    this.#past = bounded([...this.#past, ...records]);
    const kept = new Set(this.#past.map(({ id }) => id));
    const dropped = names
      .map((name) => name.slice(0, -".json".length))
      .filter((id) => !kept.has(id));
    await Promise.all(dropped.map((id) => this.#delete(id)));
  }

  async #list(): Promise<readonly string[]> {
    try {
      return (await vscode.workspace.fs.readDirectory(this.folder)).map(([name]) => name);
    } catch {
      // Nothing was built here yet.
      return [];
    }
  }

  #outputOf(id: string): Promise<ReadonlyMap<string, string>> {
    const known = this.#outputs.get(id) ?? this.#readOutput(id);
    this.#outputs.delete(id);
    this.#outputs.set(id, known);
    const [oldest] = this.#outputs.keys();
    if (this.#outputs.size > 5 && oldest !== undefined) {
      this.#outputs.delete(oldest);
    }
    return known;
  }

  async #readOutput(id: string): Promise<ReadonlyMap<string, string>> {
    const value = await this.#readJson(`${id}.output.json`);
    const entries = Array.isArray(value) ? (value as readonly unknown[]) : [];
    return new Map(
      entries.flatMap((entry): [string, string][] => {
        const [digest, text] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
        return typeof digest === "string" && typeof text === "string" ? [[digest, text]] : [];
      }),
    );
  }

  async #readJson(name: string): Promise<unknown> {
    try {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.folder, name));
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      // Gone, or half a write: as if it had never been.
      return undefined;
    }
  }

  async #write(name: string, value: unknown): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(this.folder, `${name}.json`), bytes);
  }

  async #delete(id: string): Promise<void> {
    this.#outputs.delete(id);
    for (const name of [`${id}.json`, `${id}.output.json`]) {
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(this.folder, name)).then(
        () => undefined,
        () => undefined,
      );
    }
  }
}

function accept(running: Running, event: BuildEvent): void {
  if (event.type === "step") {
    const { step } = event;
    const before = running.steps.get(step.digest);
    const line = before?.name === step.name ? before.line : lineBelow(step, running.record.text);
    running.steps.set(step.digest, { ...step, ...(line === undefined ? {} : { line }) });
    running.record = { ...running.record, steps: [...running.steps.values()] };
  } else if (event.type === "log") {
    const text = (running.output.get(event.digest) ?? "") + event.text;
    running.output.set(event.digest, text.length > mostOutput ? text.slice(-mostOutput / 2) : text);
  }
}

/** The output of the last steps, each as a terminal shows it in the end. */
function boundedOutput({ steps, output }: Running): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  let room = mostOutputOfBuild;
  for (const digest of [...steps.keys()].toReversed()) {
    const text = output.get(digest)?.split("\n").map(lastDrawn).join("\n").slice(-room);
    if (text !== undefined && room > 0) {
      kept.set(digest, text);
      room -= text.length;
    }
  }
  return kept;
}

/** 0-based line of a step's instruction. */
function lineBelow({ name }: BuildStep, text: string): number | undefined {
  const line = lineOfStep(name, text);
  return line === undefined ? undefined : line - 1;
}

/** The newest of each Dockerfile, and in all. */
function bounded(builds: readonly BuildRecord[]): readonly BuildRecord[] {
  const counts = new Map<string, number>();
  return builds
    .filter(({ plan }) => {
      const count = (counts.get(plan.dockerfile) ?? 0) + 1;
      counts.set(plan.dockerfile, count);
      return count <= mostOfDockerfile;
    })
    .slice(0, mostBuilds);
}
