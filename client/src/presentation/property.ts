import type { Localize } from "./localize.ts";
import { compareNames } from "./treeRow.ts";

/** What can be said of an object in a few words. Rows are described, grouped and sorted by such. */
export interface Property<T> {
  /** Empty where there is nothing to say. */
  readonly text: (object: T, context: PropertyContext) => string;
  /** Smaller ones come first; by text where absent. */
  readonly order?: (object: T) => number;
}

export interface PropertyContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly localize: Localize;
}

/** Objects that read the same. */
export interface Group<T> {
  readonly title: string;
  readonly objects: readonly T[];
}

/** Objects by what the property says of them, in the property's order; those of which it says nothing are in no group. */
export function groupObjects<T>(
  objects: readonly T[],
  property: Property<T>,
  context: PropertyContext,
): { readonly groups: readonly Group<T>[]; readonly others: readonly T[] } {
  const byTitle = new Map<string, T[]>();
  const others: T[] = [];
  for (const object of objects) {
    const title = property.text(object, context);
    const members = title === "" ? others : byTitle.get(title);
    if (members === undefined) {
      byTitle.set(title, [object]);
    } else {
      members.push(object);
    }
  }
  const compare = byProperty(property, context);
  return {
    groups: [...byTitle]
      .sort(([, [a]], [, [b]]) => (a === undefined || b === undefined ? 0 : compare(a, b)))
      .map(([title, members]) => ({ title, objects: members })),
    others,
  };
}

/** A comparison for sorting by a property. Objects that are equal in it stay in their order. */
export function byProperty<T>(
  { text, order }: Property<T>,
  context: PropertyContext,
): (a: T, b: T) => number {
  return order === undefined
    ? (a, b) => compareNames(text(a, context), text(b, context))
    : (a, b) => order(a) - order(b);
}

/** What the properties say, one after another. */
export function describeObject<T>(
  object: T,
  properties: readonly Property<T>[],
  context: PropertyContext,
): string {
  return properties
    .map(({ text }) => text(object, context))
    .filter((text) => text !== "")
    .join(" · ");
}

/** Whether one of the properties holds the words, each of them somewhere, in any case. */
export function matchesFilter<T>(
  object: T,
  filter: string,
  properties: readonly Property<T>[],
  context: PropertyContext,
): boolean {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const texts = properties.map(({ text }) => text(object, context).toLowerCase());
  return words.every((word) => texts.some((text) => text.includes(word)));
}
