import type { Container } from "../engine/engine.ts";
import type { Localize } from "./localize.ts";

/** The state in words; running containers are told by their health where they have one. */
export function stateText(container: Container, localize: Localize): string {
  switch (container.state) {
    case "running":
      switch (container.health) {
        case "unhealthy":
          return localize("unhealthy");
        case "starting":
          return localize("starting");
        case "healthy":
          return localize("running, healthy");
        case "none":
          return localize("running");
      }
    // falls through: the inner switch is exhaustive.
    case "created":
      return localize("created");
    case "paused":
      return localize("paused");
    case "restarting":
      return localize("restarting");
    case "removing":
      return localize("removing");
    case "exited": {
      const code = exitCode(container);
      return code === undefined ? localize("exited") : localize("exited ({0})", code);
    }
    case "dead":
      return localize("dead");
  }
}

/** From the engine's words, `Exited (137) 3 minutes ago`: the list has the exit code nowhere else. */
export function exitCode(container: Container): number | undefined {
  const match = /^Exited \((\d+)\)/.exec(container.status);
  return match ? Number(match[1]) : undefined;
}

/** Whether the state needs a word, since an icon's shape and color do not tell it. */
export function isWorthAWord(container: Container): boolean {
  switch (container.state) {
    case "running":
      return container.health === "unhealthy" || container.health === "starting";
    case "exited":
      return (exitCode(container) ?? 0) !== 0;
    case "created":
    case "paused":
    case "restarting":
    case "removing":
    case "dead":
      return true;
  }
}
