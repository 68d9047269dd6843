import type { Memento } from "vscode";
import { parseImageName } from "../engine/imageName.ts";
import type { BuildFinishedParams } from "../../../server/src/protocol.ts";

const key = "slipway.lastBuilds";
const most = 20;

/** The last build of each Dockerfile of the workspace, kept so that the hints are there again after a restart. */
export class LastBuilds {
  readonly #memory: Memento;

  constructor(memory: Memento) {
    this.#memory = memory;
  }

  /** Newest first, at most 20. */
  get all(): readonly BuildFinishedParams[] {
    const stored = this.#memory.get<unknown>(key);
    return Array.isArray(stored) ? stored.filter(isBuild) : [];
  }

  async remember(build: BuildFinishedParams): Promise<void> {
    const others = this.all.filter(({ uri }) => uri !== build.uri);
    await this.#memory.update(key, [build, ...others].slice(0, most));
  }

  /**
   * These names may stand for other images now: what was built on them says nothing of the next build.
   * Rejects with EngineError `bad-request` for what is no name.
   */
  async forgetImages(references: readonly string[]): Promise<void> {
    const replaced = new Set(references.map(fullName));
    const kept = this.all.map((build) => {
      const { circumstances, ...rest } = build;
      const images = Object.keys(circumstances?.images ?? {});
      return images.some((image) => replaced.has(fullName(image))) ? rest : build;
    });
    await this.#memory.update(key, kept);
  }
}

/** The same for names of the same image. */
function fullName(reference: string): string {
  const { repository, tag } = parseImageName(reference);
  return `${repository.replace(/^docker\.io\//, "").replace(/^library\//, "")}:${tag}`;
}

/** What an older version stored, or half a write, is not trusted. */
function isBuild(value: unknown): value is BuildFinishedParams {
  return (
    typeof value === "object" &&
    value !== null &&
    "uri" in value &&
    typeof value.uri === "string" &&
    "text" in value &&
    typeof value.text === "string" &&
    "finishedAt" in value &&
    typeof value.finishedAt === "number" &&
    "buildArguments" in value &&
    typeof value.buildArguments === "object" &&
    "steps" in value &&
    Array.isArray(value.steps)
  );
}
