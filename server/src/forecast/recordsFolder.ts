import { isAbsolute, join } from "node:path";

/** What decides where a user's programs keep their state. */
export interface UserPlace {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Where records of builds are kept: one folder for the editor, other editors and the command line, so that
 * each knows what the others have built. SLIPWAY_STATE_FOLDER names another one.
 *
 * https://specifications.freedesktop.org/basedir-spec (XDG_STATE_HOME), and what stands for it elsewhere.
 */
export function recordsFolder({ platform, home, environment }: UserPlace): string {
  return join(stateFolder(platform, home, environment), "records");
}

function stateFolder(
  platform: NodeJS.Platform,
  home: string,
  environment: UserPlace["environment"],
): string {
  const given = absolute(environment["SLIPWAY_STATE_FOLDER"]);
  if (given !== undefined) {
    return given;
  }
  switch (platform) {
    case "win32":
      return join(
        absolute(environment["LOCALAPPDATA"]) ?? join(home, "AppData", "Local"),
        "Slipway",
      );
    case "darwin":
      return join(home, "Library", "Application Support", "Slipway");
    default:
      return join(
        absolute(environment["XDG_STATE_HOME"]) ?? join(home, ".local", "state"),
        "slipway",
      );
  }
}

function absolute(folder: string | undefined): string | undefined {
  return folder !== undefined && isAbsolute(folder) ? folder : undefined;
}
