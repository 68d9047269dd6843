import { resolve } from "node:path";
import type { Surroundings } from "./buildOptions.ts";
import { pairs } from "./pairs.ts";

/** Options that name what is built, and which all commands about a build share. */
export const dockerfileOptions = {
  file: { type: "string", short: "f" },
  target: { type: "string" },
  "build-arg": { type: "string", multiple: true, default: [] as string[] },
  platform: { type: "string" },
  format: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** The lines of `--help` about them. */
export const dockerfileUsage = `  -f, --file FILE          the Dockerfile (CONTEXT/Dockerfile)
      --target STAGE       the stage to build (the last one)
      --build-arg K[=V]    a build argument, without a value that of the environment; may be given again
      --platform OS/ARCH   what to build for, such as linux/arm64`;

/** What is built. */
export interface BuildSubject {
  /** Absolute paths. */
  readonly contextFolder: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly platform?: string;
  readonly buildArguments: Readonly<Record<string, string>>;
}

/** Throws an Error whose message is a sentence where the arguments make no sense. */
export function buildSubject(
  values: {
    readonly file?: string | undefined;
    readonly target?: string | undefined;
    readonly platform?: string | undefined;
    readonly "build-arg": readonly string[];
  },
  positionals: readonly string[],
  { folder, environment }: Surroundings,
): BuildSubject {
  const [context = ".", extra] = positionals;
  if (extra !== undefined) {
    throw new Error(`one build context is enough, so what is “${extra}”?`);
  }
  const contextFolder = resolve(folder, context);
  return {
    contextFolder,
    dockerfile: resolve(
      values.file === undefined ? contextFolder : folder,
      values.file ?? "Dockerfile",
    ),
    ...(values.target === undefined ? {} : { target: values.target }),
    ...(values.platform === undefined ? {} : { platform: values.platform }),
    buildArguments: pairs("--build-arg", values["build-arg"], (name) => environment[name]),
  };
}

/** Throws where there is no such format. */
export function formatOf<const T extends string>(
  given: string | undefined,
  known: readonly [T, ...T[]],
): T {
  const format = known.find((each) => each === (given ?? known[0]));
  if (format === undefined) {
    throw new Error(`--format does not take “${given}”, but ${known.join(" or ")}.`);
  }
  return format;
}
