import { existsSync } from "node:fs";
import type { Endpoint } from "../engine/endpoint.ts";

/**
 * The command line that starts the engine of this machine; undefined where the
 * engine is on another machine, or this one has no usual way to start it.
 */
export function engineStartCommand(
  endpoint: Endpoint | undefined,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (endpoint && !/^(unix|npipe):/.test(endpoint.url)) {
    return undefined;
  }
  switch (platform) {
    case "darwin":
      return existsSync("/Applications/Docker.app") ? "open -a Docker" : undefined;
    case "win32":
      return String.raw`& "$Env:ProgramFiles\Docker\Docker\Docker Desktop.exe"`;
    default:
      // https://www.freedesktop.org/software/systemd/man/latest/sd_booted.html
      if (!existsSync("/run/systemd/system")) {
        return undefined;
      }
      return endpoint?.url.startsWith("unix:///run/user/")
        ? "systemctl --user start docker"
        : "sudo systemctl start docker";
  }
}
