import type { Command } from "./command.ts";

export const showDanglingImages: Command = {
  id: "slipway.images.showDangling",

  async run({ arrangements }) {
    await arrangements.setHides("images", false);
  },
};
