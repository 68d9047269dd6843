import type { Command } from "./command.ts";
import { prune, pruneOptions } from "./prune.ts";

export const pruneBuildCache: Command = {
  id: "slipway.buildCache.prune",

  run: (services, item) => prune(services, "buildCache", pruneOptions(item)),
};
