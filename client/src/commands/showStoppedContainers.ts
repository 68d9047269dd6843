import type { Command } from "./command.ts";

export const showStoppedContainers: Command = {
  id: "slipway.containers.showStopped",

  async run({ arrangements }) {
    await arrangements.setHides("containers", false);
  },
};
