import type { LiveModel } from "../engine/engine.ts";

/** Resolves as soon as the engine has answered or is known to be away: the view shows its progress bar meanwhile. */
export function settled(model: LiveModel): Promise<void> {
  return new Promise((resolve) => {
    if (isSettled(model)) {
      resolve();
      return;
    }
    const unsubscribe = model.onDidChange(() => {
      if (isSettled(model)) {
        unsubscribe();
        resolve();
      }
    });
  });
}

function isSettled({ state }: LiveModel): boolean {
  return state.kind === "ready" || state.kind === "unavailable";
}
