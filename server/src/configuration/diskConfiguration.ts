import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Configuration, FindConfiguration } from "./configuration.ts";
import {
  asConfiguration,
  type HadolintSettings,
  hadolintPaths,
  readHadolintEnvironment,
  readHadolintFile,
} from "./hadolint.ts";

/**
 * Finds hadolint's configuration on the disk and in the environment. hadolint looks into the folder
 * that it is run in, and then into the user's. In an editor the first is the workspace's folder, or else the
 * Dockerfile's.
 */
export const findDiskConfiguration: FindConfiguration = async ({ dockerfileUri, folderUri }) => {
  const dockerfile = pathOf(dockerfileUri);
  const folders = [pathOf(folderUri), dockerfile === undefined ? undefined : dirname(dockerfile)];
  return configurationIn(
    folders.filter((each) => each !== undefined),
    process.env,
  );
};

/** The same for a command that runs in a folder. */
export async function configurationIn(
  folders: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  const home = environment["HOME"] ?? homedir();
  const configHome = environment["XDG_CONFIG_HOME"] ?? join(home, ".config");
  const settings = readHadolintEnvironment(environment);
  for (const path of hadolintPaths({ folders, home, configHome })) {
    const read = await readIfThere(path);
    if (read !== undefined) {
      const { mistakes } = read;
      return { ...asConfiguration(settings, read.settings), path, mistakes };
    }
  }
  return { ...asConfiguration(settings, undefined), mistakes: [] };
}

async function readIfThere(
  path: string,
): Promise<
  (Pick<Configuration, "mistakes"> & { readonly settings?: HadolintSettings }) | undefined
> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    // Not there, or a folder, or not ours to read: hadolint goes on to the next as well.
    return undefined;
  }
  try {
    return await readHadolintFile(text);
  } catch (error) {
    return { mistakes: [{ line: 0, message: `The file cannot be read: ${String(error)}` }] };
  }
}

function pathOf(uri: string | undefined): string | undefined {
  try {
    return uri?.startsWith("file:") === true ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
