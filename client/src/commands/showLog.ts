import type { Command } from "./command.ts";

export const showLog: Command = {
  id: "slipway.showLog",

  async run({ log }) {
    log.show();
  },
};
