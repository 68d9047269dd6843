import type { Container, Image, Network, Volume } from "./engine.ts";

/** What the model holds. */
type Listed = Container | Image | Volume | Network;

/** The list as it is now, and the ids that came, went or changed. */
export interface Reconciled<T> {
  readonly list: readonly T[];
  readonly changed: ReadonlySet<string>;
}

/**
 * Puts what the engine lists now in place of what we knew. An object that did
 * not change stays the same value, and the list too when nothing changed.
 */
export function reconcile<T extends Listed>(
  before: readonly T[],
  now: readonly T[],
): Reconciled<T> {
  const known = new Map(before.map((each) => [each.id, each]));
  const changed = new Set<string>();
  const list = now.map((each) => {
    const old = known.get(each.id);
    known.delete(each.id);
    if (old && signature(old) === signature(each)) {
      return old;
    }
    changed.add(each.id);
    return each;
  });
  for (const id of known.keys()) {
    changed.add(id);
  }
  const same = changed.size === 0 && list.every((each, index) => each === before[index]);
  return { list: same ? before : list, changed };
}

/** The same for a list of some of the objects only: those of the ids `asked`. */
export function reconcileSome<T extends Listed>(
  before: readonly T[],
  asked: ReadonlySet<string>,
  now: readonly T[],
): Reconciled<T> {
  const fresh = new Map(now.map((each) => [each.id, each]));
  const kept = before.flatMap((each) => {
    const replacement = asked.has(each.id) ? fresh.get(each.id) : each;
    fresh.delete(each.id);
    return replacement ? [replacement] : [];
  });
  // Engines list the newest first.
  const came = [...fresh.values()].sort((a, b) => b.createdAt - a.createdAt);
  return reconcile(before, [...came, ...kept]);
}

/** The same where perhaps nothing was listed anew. */
export function replaced<T extends Listed>(
  before: readonly T[],
  now: readonly T[] | undefined,
): Reconciled<T> {
  return now === undefined ? { list: before, changed: new Set() } : reconcile(before, now);
}

/** Of everything that the model holds or held, for a change that concerns all of it. */
export function idsOf(list: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(list.map(({ id }) => id));
}

/** Everything that counts as a change; the ages in a status grow by themselves and do not. */
function signature(each: Listed): string {
  return JSON.stringify(
    each.kind === "container" ? { ...each, status: withoutAges(each.status) } : each,
  );
}

function withoutAges(status: string): string {
  return status.replace(
    /(?:\d+|About an?|Less than an?) (?:second|minute|hour|day|week|month|year)s?(?: ago)?/g,
    "…",
  );
}
