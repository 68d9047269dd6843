import type { Command } from "./command.ts";
import { prune, pruneOptions } from "./prune.ts";

export const pruneNetworks: Command = {
  id: "slipway.networks.prune",

  run: (services, item) => prune(services, "networks", pruneOptions(item)),
};
