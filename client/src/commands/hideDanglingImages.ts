import type { Command } from "./command.ts";

export const hideDanglingImages: Command = {
  id: "slipway.images.hideDangling",

  async run({ arrangements }) {
    await arrangements.setHides("images", true);
  },
};
