import { randomUUID } from "node:crypto";
import type { Engine, EngineTraits } from "./engine.ts";
import type {
  BaseImage,
  BuildCircumstances,
  BuildStartingParams,
  BuildStartingResult,
} from "../../../server/src/protocol.ts";

/** Milliseconds that a build waits for this; without it there are hints about the last build only. */
const patience = 2000;

/**
 * Lets the server look at the files before a build, and asks the engine for what else decides about its
 * cache. `undefined` where that fails or takes too long, and for engines that do not build with BuildKit.
 * Never rejects.
 */
export async function circumstancesOf(
  engine: Pick<Engine, "traits" | "inspectImage">,
  build: Omit<BuildStartingParams, "id">,
  server: {
    buildStarting(params: BuildStartingParams): Promise<BuildStartingResult | undefined>;
  },
): Promise<BuildCircumstances | undefined> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const late = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => {
      resolve(undefined);
    });
  });
  const timer = setTimeout(() => {
    waiting.abort();
  }, patience);
  const id = randomUUID();
  const asked = async (): Promise<BuildCircumstances | undefined> => {
    const [starting, traits] = await Promise.all([
      server.buildStarting({ ...build, id }),
      engine.traits({ signal }),
    ]);
    if (starting === undefined || !traits.hasBuildKit || traits.id === "") {
      return undefined;
    }
    const images = await Promise.all(
      starting.images.map(async (reference) => {
        // An image that is not here yet is pulled by the build.
        const found = await engine.inspectImage(reference, { signal }).catch(() => undefined);
        const image = found === undefined ? undefined : toBaseImage(found);
        return image === undefined ? [] : [[reference, image] as const];
      }),
    );
    return {
      id,
      contextFolder: build.contextFolder,
      engine: toBuildingEngine(traits),
      images: Object.fromEntries(images.flat()),
    };
  };
  try {
    return await Promise.race([asked(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function toBuildingEngine(traits: EngineTraits): BuildCircumstances["engine"] {
  const { id, version, containerdStore, operatingSystem, architecture } = traits;
  return { id, version, containerdStore, platform: `${operatingSystem}/${architecture}` };
}

/**
 * From the engine's description of an image; `undefined` where it does not name the layers.
 * https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Image/operation/ImageInspect
 */
export function toBaseImage(inspected: Readonly<Record<string, unknown>>): BaseImage | undefined {
  const layers = textsOf(objectOf(inspected["RootFS"])["Layers"]);
  if (layers.length === 0) {
    return undefined;
  }
  const config = objectOf(inspected["Config"]);
  const directory = textOf(config["WorkingDir"]);
  const user = textOf(config["User"]);
  const shell = textsOf(config["Shell"]);
  return {
    layers,
    id: textOf(inspected["Id"]),
    platform: `${textOf(inspected["Os"])}/${textOf(inspected["Architecture"])}`,
    environment: textsOf(config["Env"]),
    onBuild: textsOf(config["OnBuild"]),
    ...(directory === "" ? {} : { workingDirectory: directory }),
    ...(user === "" ? {} : { user }),
    ...(shell.length === 0 ? {} : { shell }),
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
