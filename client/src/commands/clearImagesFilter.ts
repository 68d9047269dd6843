import type { Command } from "./command.ts";

export const clearImagesFilter: Command = {
  id: "slipway.images.clearFilter",

  async run({ arrangements }) {
    await arrangements.setFilter("images", "");
  },
};
