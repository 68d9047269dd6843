import type { Command } from "./command.ts";
import { prune, pruneOptions } from "./prune.ts";

export const pruneContainers: Command = {
  id: "slipway.containers.prune",

  run: (services, item) => prune(services, "containers", pruneOptions(item)),
};
