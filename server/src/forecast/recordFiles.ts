import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BuildRecords } from "../cache/records.ts";
import type { BuildingEngine } from "../protocol.ts";

/**
 * The records of each engine, in memory and as a file in the folder that the editor gives. All Dockerfiles
 * of an engine share them, because they share its cache. A file that is damaged counts as empty.
 *
 * For other readers: the files are `cache-*.json` in the folder of `recordsFolder.ts`, one for each
 * engine and image store (`recordFileName`), each the JSON that `BuildRecords.serialize` writes and
 * `BuildRecords.read` reads. A Dockerfile's `project` there is its path. Files are replaced as a whole, and
 * bounded by `maxBuilds` builds and `maxRecordedPaths` paths. They hold no contents of files and no secrets,
 * but instructions as they were expanded.
 */
export class RecordFiles {
  readonly #folder: string | undefined;
  readonly #records = new Map<string, Promise<BuildRecords>>();
  #saving: Promise<unknown> = Promise.resolve();

  /** Without a folder nothing outlives the process. */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  of(engine: BuildingEngine): Promise<BuildRecords> {
    return this.#named(recordFileName(engine));
  }

  /** Of every engine of which something is kept. */
  async every(): Promise<readonly BuildRecords[]> {
    return Promise.all([...(await this.#names())].map((name) => this.#named(name)));
  }

  /** Never rejects: what cannot be kept is learned anew. */
  async save(engine: BuildingEngine): Promise<void> {
    await this.#save(recordFileName(engine));
  }

  /** Something was removed from a cache, and nobody knows from which. */
  async doubtAll(): Promise<void> {
    for (const name of await this.#names()) {
      (await this.#named(name)).doubt();
      await this.#save(name);
    }
  }

  async #names(): Promise<Set<string>> {
    const stored = this.#folder === undefined ? [] : await readdir(this.#folder).catch(() => []);
    return new Set([...this.#records.keys(), ...stored.filter((name) => fileName.test(name))]);
  }

  #named(name: string): Promise<BuildRecords> {
    let records = this.#records.get(name);
    if (records === undefined) {
      records = this.#read(name);
      this.#records.set(name, records);
    }
    return records;
  }

  async #read(name: string): Promise<BuildRecords> {
    const text =
      this.#folder === undefined
        ? ""
        : await readFile(join(this.#folder, name), "utf8").catch(() => "");
    return BuildRecords.read(text);
  }

  async #save(name: string): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined) {
      return;
    }
    const text = (await this.#named(name)).serialize();
    const before = this.#saving;
    this.#saving = (async () => {
      await before;
      await replaceFile(folder, name, text).catch(() => undefined);
    })();
    await this.#saving;
  }
}

/** A reader sees the old file or the new one, never half of it. */
async function replaceFile(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const half = join(folder, `${name}.${process.pid}.tmp`);
  await writeFile(half, text);
  await rename(half, join(folder, name));
}

const fileName = /^cache-[0-9a-f]{16}\.json$/;

/** The file of an engine; an engine that has changed its image store has another cache. */
function recordFileName({
  id,
  containerdStore,
}: Pick<BuildingEngine, "id" | "containerdStore">): string {
  const digest = createHash("sha256").update(`${id} ${containerdStore}`).digest("hex");
  return `cache-${digest.slice(0, 16)}.json`;
}
