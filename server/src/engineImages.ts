import type { Connection } from "vscode-languageserver/node";
import type { Dockerfile } from "./dockerfile/syntax.ts";
import { imagesOf } from "./lint/imagesOf.ts";
import type { KnownImages } from "./lint/rule.ts";
import {
  type BaseImage,
  type EngineImagesParams,
  engineImagesRequest,
  type EngineImagesResult,
} from "./protocol.ts";

/**
 * What the engine says of the images that Dockerfiles name. The client is asked in the background, for each image
 * once until it says that the images have changed; nobody waits for the answer.
 */
export class EngineImages {
  readonly #connection: Connection;
  readonly #onChange: () => void;
  /** What has been asked for, with the answer; `undefined` while there is none, and for images that are not there. */
  readonly #asked = new Map<string, BaseImage | undefined>();
  #known: KnownImages = { byName: new Map() };
  #isOffered = false;
  /** Grows with every change: what was asked for before does not count any more. */
  #generation = 0;

  /** `onChange` is told when there is something new to know. */
  constructor(connection: Connection, onChange: () => void) {
    this.#connection = connection;
    this.#onChange = onChange;
  }

  /** Has to be called with whether the client answers. */
  initialize(isOffered: boolean): void {
    this.#isOffered = isOffered;
  }

  /** Has to be called when the engine may have other images. What is known counts until there are other answers. */
  changed(): void {
    this.#generation++;
    this.#asked.clear();
    this.#onChange();
  }

  /** What is known by now; the same value as long as nothing else is. */
  of(file: Dockerfile): KnownImages | undefined {
    if (!this.#isOffered) {
      return undefined;
    }
    const names = new Set([...imagesOf(file)].map(({ image }) => image));
    const fresh = [...names].filter((name) => !this.#asked.has(name)).slice(0, mostAtOnce);
    if (fresh.length > 0) {
      for (const name of fresh) {
        this.#asked.set(name, undefined);
      }
      void this.#ask(fresh);
    }
    return this.#known;
  }

  async #ask(references: readonly string[]): Promise<void> {
    const generation = this.#generation;
    try {
      const params: EngineImagesParams = { references };
      const { images, platform } = await this.#connection.sendRequest<EngineImagesResult>(
        engineImagesRequest,
        params,
      );
      if (generation !== this.#generation) {
        return;
      }
      const byName = new Map(this.#known.byName);
      for (const name of references) {
        const image = images[name];
        this.#asked.set(name, image);
        if (image === undefined) {
          byName.delete(name);
        } else {
          byName.set(name, image);
        }
      }
      const before = this.#known;
      const after = { byName, ...(platform === undefined ? {} : { platform }) };
      if (JSON.stringify(textOf(before)) !== JSON.stringify(textOf(after))) {
        this.#known = after;
        this.#onChange();
      }
    } catch (error) {
      this.#connection.console.warn(`${engineImagesRequest}: ${String(error)}`);
    }
  }
}

function textOf({ byName, platform }: KnownImages): unknown {
  return [[...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)), platform];
}

/** Enough for a person's Dockerfile; each is a request to the engine. */
const mostAtOnce = 50;
