import type { Localize } from "./localize.ts";

/** What a view says above its rows while it does not show everything; `undefined` while it does. */
export function filterMessage(
  {
    filter,
    hides,
    shown,
    total,
  }: {
    /** The words that are looked for; empty for none. */
    readonly filter: string;
    /** Something is left out by its state. */
    readonly hides: boolean;
    readonly shown: number;
    readonly total: number;
  },
  localize: Localize,
): string | undefined {
  if (filter !== "") {
    return localize("{0} of {1} match “{2}”", shown, total, filter);
  }
  return hides ? localize("{0} of {1} shown", shown, total) : undefined;
}
