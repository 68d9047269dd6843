import type { Command } from "./command.ts";

export const hideStoppedContainers: Command = {
  id: "slipway.containers.hideStopped",

  async run({ arrangements }) {
    await arrangements.setHides("containers", true);
  },
};
