import type { Command } from "./command.ts";

export const clearContainersFilter: Command = {
  id: "slipway.containers.clearFilter",

  async run({ arrangements }) {
    await arrangements.setFilter("containers", "");
  },
};
