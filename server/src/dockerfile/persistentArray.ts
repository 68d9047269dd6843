/**
 * An array that does not change: to set an element makes another array, which shares almost everything with
 * this one. Both reading and setting take time in proportion to the logarithm of the highest index.
 */
export class PersistentArray<Element> {
  /** 0 for an array of one node, that holds elements; each level above it holds nodes. */
  readonly #level: number;
  readonly #root: Node<Element>;

  private constructor(level: number, root: Node<Element>) {
    this.#level = level;
    this.#root = root;
  }

  static empty<Element>(): PersistentArray<Element> {
    return new PersistentArray(0, []);
  }

  get(index: number): Element | undefined {
    if (index >= capacity(this.#level)) {
      return undefined;
    }
    let node: Node<Element> | undefined = this.#root;
    for (let level = this.#level; level > 0; level--) {
      node = node?.[slotAt(index, level)] as Node<Element> | undefined;
    }
    return node?.[slotAt(index, 0)] as Element | undefined;
  }

  with(index: number, element: Element): PersistentArray<Element> {
    let level = this.#level;
    let root = this.#root;
    while (index >= capacity(level)) {
      root = [root];
      level++;
    }
    return new PersistentArray(level, replaced(root, level, index, element));
  }
}

/** Elements at the lowest level, nodes above it; what is missing has never been set. */
type Node<Element> = readonly (Node<Element> | Element | undefined)[];

const bits = 5;

function capacity(level: number): number {
  return 2 ** (bits * (level + 1));
}

function slotAt(index: number, level: number): number {
  return (index >>> (bits * level)) & (2 ** bits - 1);
}

function replaced<Element>(
  node: Node<Element>,
  level: number,
  index: number,
  element: Element,
): Node<Element> {
  const copy = [...node];
  const slot = slotAt(index, level);
  copy[slot] =
    level === 0
      ? element
      : replaced((node[slot] ?? []) as Node<Element>, level - 1, index, element);
  return copy;
}
