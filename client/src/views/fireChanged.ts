import type { EventEmitter } from "vscode";

/** Has the rows with these ids drawn again, and what is below them; all of the tree where the empty id, its root, is among them. */
export function fireChanged<T>(
  didChange: EventEmitter<T[] | undefined>,
  nodes: ReadonlyMap<string, T>,
  ids: readonly string[],
): void {
  if (ids.includes("")) {
    didChange.fire(undefined);
  } else if (ids.length > 0) {
    didChange.fire(ids.flatMap((id) => nodes.get(id) ?? []));
  }
}
