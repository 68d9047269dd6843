import type { BuildFinishedParams, EngineChangedParams } from "../../../server/src/protocol.ts";
import type { CurrentEngine } from "../views/currentEngine.ts";

/** What follows the engine's news. Neither rejects. */
export interface EngineNewsReader {
  engineChanged(params: EngineChangedParams): Promise<void>;
  imagesReplaced(references: readonly string[]): Promise<void>;
}

/**
 * Tells which engine the next build is for, and which base images of earlier builds are other ones now,
 * whoever has pulled, tagged or removed them. Connects to nothing: it knows what views and commands know.
 * Returns what ends it.
 */
export function followEngine(
  engine: CurrentEngine,
  lastBuilds: { readonly all: readonly BuildFinishedParams[] },
  reader: EngineNewsReader,
): () => void {
  let endpoint: string | undefined;
  let id: string | undefined;
  const follow = async (): Promise<void> => {
    const now = engine.endpoint === undefined ? undefined : JSON.stringify(engine.endpoint);
    if (now !== endpoint) {
      const isFirst = endpoint === undefined;
      endpoint = now;
      id = undefined;
      if (!isFirst) {
        await reader.engineChanged({});
      }
    }
    if (engine.state.kind !== "ready") {
      return;
    }
    if (id === undefined) {
      const traits = await (await engine.get()).traits();
      if (now !== endpoint) {
        // Another one has come in the meantime, and with it another change.
        return;
      }
      id = traits.id;
      await reader.engineChanged({ id });
    }
    const replaced = replacedImages(lastBuilds.all, id, imageIds(engine));
    if (replaced.length > 0) {
      await reader.imagesReplaced(replaced);
    }
  };
  return engine.onDidChange((change) => {
    if (change.state || change.images.size > 0) {
      // An engine that does not answer has no news.
      follow().catch(() => undefined);
    }
  });
}

/** The base images of builds on this engine that it does not have any more under their names. */
export function replacedImages(
  builds: readonly BuildFinishedParams[],
  engine: string,
  ids: ReadonlyMap<string, string>,
): string[] {
  const replaced = new Set<string>();
  for (const { circumstances } of builds) {
    if (circumstances?.engine.id !== engine) {
      continue;
    }
    for (const [reference, { id }] of Object.entries(circumstances.images)) {
      // What is named by its digest stays what it is.
      if (!reference.includes("@") && ids.get(shortName(reference)) !== id) {
        replaced.add(reference);
      }
    }
  }
  return [...replaced];
}

function imageIds(engine: CurrentEngine): ReadonlyMap<string, string> {
  return new Map(
    engine.images.flatMap(({ id, references }) =>
      references.map((reference) => [shortName(reference), id] as const),
    ),
  );
}

/** As the engine shows it: without Docker Hub's own names, with the tag. */
function shortName(reference: string): string {
  const name = reference
    .replace(/^(?:docker\.io|index\.docker\.io)\//, "")
    .replace(/^library\//, "");
  return /:[^/]+$/.test(name) ? name : `${name}:latest`;
}
