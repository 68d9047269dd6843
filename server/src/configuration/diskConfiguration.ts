import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Configuration, ConfigurationFile, FindConfiguration } from "./configuration.ts";
import {
  type HadolintSettings,
  hadolintPaths,
  joinedSettings,
  readHadolintEnvironment,
  readHadolintFile,
} from "./hadolint.ts";
import {
  type NamedRule,
  readSlipwayFile,
  slipwayFileNames,
  type SlipwaySettings,
} from "./slipwayFile.ts";

/**
 * Finds what counts for a Dockerfile on the disk and in the environment.
 *
 * A `slipway.yaml` is looked for in the Dockerfile's folder and in those above it, up to the one that holds
 * `.git`; the nearest counts. hadolint looks into the folder that it is run in, and then into the user's; in an
 * editor the first is the workspace's folder, or else the Dockerfile's. Where both say something, `slipway.yaml` counts.
 */
export function findDiskConfiguration(rules: readonly NamedRule[]): FindConfiguration {
  return async ({ dockerfileUri, folderUri }) => {
    const dockerfile = pathOf(dockerfileUri);
    const folder = pathOf(folderUri);
    const own = dockerfile === undefined ? undefined : dirname(dockerfile);
    return new DiskConfigurations(rules, process.env).of({
      folder: own ?? folder,
      hadolintFolders: [folder, own].filter((each) => each !== undefined),
    });
  };
}

/** Finds the configuration of many Dockerfiles, and looks into each folder once. */
export class DiskConfigurations {
  readonly #rules: readonly NamedRule[];
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #nearest = new Map<string, Promise<SlipwayFile | undefined>>();
  readonly #hadolint = new Map<string, ReturnType<typeof firstHadolintFile>>();

  constructor(
    rules: readonly NamedRule[],
    environment: Readonly<Record<string, string | undefined>>,
  ) {
    this.#rules = rules;
    this.#environment = environment;
  }

  /** Never rejects. */
  async of(places: {
    /** That of the Dockerfile, when it has one. */
    readonly folder: string | undefined;
    /** Where hadolint would be run, the likeliest first. */
    readonly hadolintFolders: readonly string[];
  }): Promise<Configuration> {
    const [own, theirs] = await Promise.all([
      places.folder === undefined ? undefined : this.#nearestFile(places.folder),
      this.#hadolintFile(places.hadolintFolders),
    ]);
    return joined(own, theirs, this.#environment);
  }

  #hadolintFile(folders: readonly string[]): ReturnType<typeof firstHadolintFile> {
    const key = folders.join("\n");
    const found = this.#hadolint.get(key) ?? firstHadolintFile(folders, this.#environment);
    this.#hadolint.set(key, found);
    return found;
  }

  #nearestFile(folder: string): Promise<SlipwayFile | undefined> {
    const found = this.#nearest.get(folder) ?? this.#look(folder);
    this.#nearest.set(folder, found);
    return found;
  }

  async #look(folder: string): Promise<SlipwayFile | undefined> {
    const names = await namesIn(folder);
    for (const name of slipwayFileNames.filter((each) => names.includes(each))) {
      const file = await readIfThere(join(folder, name), (text) =>
        readSlipwayFile(text, this.#rules),
      );
      if (file !== undefined) {
        return file;
      }
    }
    const above = dirname(folder);
    return above === folder || names.includes(".git") ? undefined : this.#nearestFile(above);
  }
}

/** What the file says that somebody has named; it is read as a `.hadolint.yaml` when it is called so. */
export async function configurationOfFile(
  path: string,
  rules: readonly NamedRule[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  const isHadolints = /hadolint/.test(basename(path));
  const theirs = isHadolints ? await readIfThere(path, readHadolintFile) : undefined;
  const own = isHadolints
    ? undefined
    : await readIfThere(path, (text) => readSlipwayFile(text, rules));
  const found = joined(own, theirs, environment);
  return found.files.length > 0
    ? found
    : { ...found, files: [{ path, mistakes: [{ line: 0, message: "The file cannot be read" }] }] };
}

type SlipwayFile = ConfigurationFile & { readonly settings?: SlipwaySettings };
type HadolintFile = ConfigurationFile & { readonly settings?: HadolintSettings };

function joined(
  own: SlipwayFile | undefined,
  theirs: HadolintFile | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Configuration {
  const common = joinedSettings([
    ...(own?.settings === undefined ? [] : [own.settings.hadolint]),
    readHadolintEnvironment(environment),
    ...(theirs?.settings === undefined ? [] : [theirs.settings]),
  ]);
  const files = [own, theirs].flatMap((each): ConfigurationFile[] =>
    each === undefined ? [] : [{ path: each.path, mistakes: each.mistakes }],
  );
  if (own?.settings === undefined) {
    return { ...common, files };
  }
  const { ruleSet, severities, modes, secretWords, publicWords } = own.settings;
  return {
    ...common,
    codes: new Map([...common.codes, ...severities]),
    modes,
    ...(ruleSet === undefined ? {} : { ruleSet }),
    policy: {
      ...common.policy,
      ...(secretWords.length > 0 && { secretWords }),
      ...(publicWords.length > 0 && { publicWords }),
    },
    files,
  };
}

async function firstHadolintFile(
  folders: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<HadolintFile | undefined> {
  const home = environment["HOME"] ?? homedir();
  const configHome = environment["XDG_CONFIG_HOME"] ?? join(home, ".config");
  for (const path of hadolintPaths({ folders, home, configHome })) {
    const found = await readIfThere(path, readHadolintFile);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

async function readIfThere<Settings>(
  path: string,
  readText: (
    text: string,
  ) => Promise<{ settings: Settings; mistakes: ConfigurationFile["mistakes"] }>,
): Promise<(ConfigurationFile & { readonly settings?: Settings }) | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    // Not there, or a folder, or not ours to read: hadolint goes on to the next as well.
    return undefined;
  }
  try {
    return { path, ...(await readText(text)) };
  } catch (error) {
    return { path, mistakes: [{ line: 0, message: `The file cannot be read: ${String(error)}` }] };
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

function pathOf(uri: string | undefined): string | undefined {
  try {
    return uri?.startsWith("file:") === true ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
