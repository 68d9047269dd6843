import type { Container } from "../engine/engine.ts";
import { byService } from "./compose.ts";
import {
  containerProperties,
  type ContainerProperty,
  labelProperty,
} from "./containerProperties.ts";
import { byProperty, groupObjects, matchesFilter, type PropertyContext } from "./property.ts";
import { compareNames } from "./treeRow.ts";

/** How the view of containers is arranged. */
export interface ContainerArrangement {
  readonly groupBy: ContainerProperty | "label" | "none";
  /** The key of the label to group by. */
  readonly label: string;
  readonly sortBy: ContainerProperty;
  readonly description: readonly ContainerProperty[];
  /** Words that have to be found in a container; all of them where empty. */
  readonly filter: string;
  readonly onlyRunning: boolean;
}

/** Containers that have something in common, such as a Compose project. */
export interface ContainerGroup {
  readonly by: ContainerProperty | "label";
  readonly name: string;
  readonly containers: readonly Container[];
}

/** What a filter looks at. */
const searched = ["name", "id", "image", "project", "service", "state", "ports"] as const;

/**
 * The containers that are to be seen, in their groups and in order. Unless they are sorted by something
 * that changes, nothing moves when a state changes.
 */
export function arrangeContainers(
  containers: readonly Container[],
  { groupBy, label, sortBy, filter, onlyRunning }: ContainerArrangement,
  context: PropertyContext,
): { readonly groups: readonly ContainerGroup[]; readonly others: readonly Container[] } {
  const properties = searched.map((name) => containerProperties[name]);
  const seen = containers
    .filter(
      (container) =>
        (!onlyRunning || isUp(container)) && matchesFilter(container, filter, properties, context),
    )
    .sort((a, b) => compareNames(a.name, b.name));
  const inGroups = groupBy === "project" ? [...seen].sort(byService) : seen;
  const sort = byProperty(containerProperties[sortBy], context);
  const sorted = sortBy === "name" ? inGroups : inGroups.sort(sort);
  if (groupBy === "none") {
    return { groups: [], others: sorted };
  }
  const property = groupBy === "label" ? labelProperty(label) : containerProperties[groupBy];
  const { groups, others } = groupObjects(sorted, property, context);
  return {
    groups: groups.map(({ title, objects }) => ({ by: groupBy, name: title, containers: objects })),
    others,
  };
}

function isUp({ state }: Container): boolean {
  return state === "running" || state === "paused" || state === "restarting";
}
