/** How one row of a tree reads, in plain values that a tree item takes over. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  readonly icon: RowIcon;
  /** Flags joined by `;`, beginning with the kind: what menus ask for. */
  readonly contextValue: string;
  /** What a screen reader says; state is only a color otherwise. */
  readonly accessibilityLabel: string;
}

export interface RowIcon {
  /** Of https://code.visualstudio.com/api/references/icons-in-labels#icon-listing */
  readonly id: string;
  /** A theme color's id. */
  readonly color?: string;
}

/** Names as people sort them: case aside, and `web-2` before `web-10`. */
export function compareNames(left: string, right: string): number {
  return collator.compare(left, right) || (left < right ? -1 : left > right ? 1 : 0);
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
