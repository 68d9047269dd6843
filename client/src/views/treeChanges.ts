/** A tree as lists of children's ids; the root's parent is "". */
export type TreeShape = ReadonlyMap<string, readonly string[]>;

/**
 * What has to be drawn again: the parents whose children came, went or moved
 * ("" is the root), and the changed nodes that no such parent draws anyway.
 */
export function changedNodes(
  before: TreeShape,
  after: TreeShape,
  changed: ReadonlySet<string>,
): readonly string[] {
  const result = new Set<string>();
  for (const [parent, children] of after) {
    const old = before.get(parent);
    if (old === undefined) {
      // The parent itself is new, so its own parent draws it.
      continue;
    }
    if (old.length !== children.length || old.some((id, index) => id !== children[index])) {
      result.add(parent);
    }
  }
  if (!before.has("") || result.has("")) {
    return [""];
  }
  for (const [parent, children] of after) {
    if (result.has(parent)) {
      continue;
    }
    for (const id of children) {
      if (changed.has(id)) {
        result.add(id);
      }
    }
  }
  return [...result];
}

/** The nodes that were drawn and whose row reads differently by now. `drawn` holds, by id, what each row said. */
export function staleNodes<T extends { readonly id: string }>(
  nodes: Iterable<T>,
  drawn: ReadonlyMap<string, string>,
  describe: (node: T) => string,
): T[] {
  return [...nodes].filter((node) => {
    const shown = drawn.get(node.id);
    return shown !== undefined && shown !== describe(node);
  });
}
