import type { ContainerGroup } from "./containerGroups.ts";
import type { Localize } from "./localize.ts";
import type { TreeRow } from "./treeRow.ts";

/** The flags of a group's context value: what it is, and what can be done to some container of it. */
export const groupFlags = ["project", "group", "running", "stopped"] as const;

/** The row of a Compose project or of another group: how many of its containers run, unless its name says that. */
export function presentGroup(
  { by, name, containers }: ContainerGroup,
  localize: Localize,
): TreeRow {
  const total = containers.length;
  const running = containers.filter(({ state }) => state === "running").length;
  const count =
    by !== "state"
      ? localize("{0} of {1} running", running, total)
      : total === 1
        ? localize("1 container")
        : localize("{0} containers", total);
  const isProject = by === "project";
  return {
    label: name,
    description: count,
    icon: {
      id: isProject ? "layers" : "folder",
      ...(running > 0 ? { color: "testing.iconPassed" } : { color: "disabledForeground" }),
    },
    contextValue: [
      isProject ? "project" : "group",
      ...(running > 0 ? ["running"] : []),
      ...(running < total ? ["stopped"] : []),
    ].join(";"),
    accessibilityLabel: [
      isProject ? localize("Compose project {0}", name) : localize("Group {0}", name),
      count,
    ].join(", "),
  };
}
