import type { Command } from "./command.ts";

/** Lists again, and tries at once to reach an engine that was away. */
export const refresh: Command = {
  id: "slipway.refresh",

  async run({ engine }) {
    const unwatch = engine.watch();
    try {
      await engine.refresh();
    } finally {
      unwatch();
    }
  },
};
