import type { Container } from "../engine/engine.ts";
import type { Localize } from "./localize.ts";
import { compareNames, type TreeRow } from "./treeRow.ts";

/** The flags of a Compose project's context value: what can be done to some container of it. */
export const projectFlags = ["project", "running", "stopped"] as const;

export interface ComposeProject {
  readonly name: string;
  /** By service, then by name. */
  readonly containers: readonly Container[];
}

/** Containers by Compose project, and those of none; everything by name, so that nothing moves when a state changes. */
export function groupByProject(containers: readonly Container[]): {
  readonly projects: readonly ComposeProject[];
  readonly others: readonly Container[];
} {
  const byProject = new Map<string, Container[]>();
  const others: Container[] = [];
  for (const container of containers) {
    if (container.composeProject === undefined) {
      others.push(container);
      continue;
    }
    const members = byProject.get(container.composeProject);
    if (members) {
      members.push(container);
    } else {
      byProject.set(container.composeProject, [container]);
    }
  }
  return {
    projects: [...byProject]
      .map(([name, members]) => ({
        name,
        containers: members.sort(
          (a, b) => compareNames(a.composeService ?? "", b.composeService ?? "") || byName(a, b),
        ),
      }))
      .sort((a, b) => compareNames(a.name, b.name)),
    others: others.sort(byName),
  };
}

function byName(a: Container, b: Container): number {
  return compareNames(a.name, b.name);
}

/** What a container is called within its project: its service, and its number where there are several of it. */
export function nameInProject(container: Container, project: ComposeProject): string {
  const service = container.composeService;
  if (service === undefined) {
    return container.name;
  }
  const alone = !project.containers.some(
    (other) => other.id !== container.id && other.composeService === service,
  );
  if (alone) {
    return service;
  }
  // https://github.com/compose-spec/compose-spec numbers the containers of a service by this label.
  const number = container.labels["com.docker.compose.container-number"];
  return number === undefined ? container.name : `${service} ${number}`;
}

/** The row of a project: how many of its containers run. */
export function presentProject(project: ComposeProject, localize: Localize): TreeRow {
  const total = project.containers.length;
  const running = project.containers.filter(({ state }) => state === "running").length;
  const count = localize("{0} of {1} running", running, total);
  return {
    label: project.name,
    description: count,
    icon: {
      id: "layers",
      ...(running > 0 ? { color: "testing.iconPassed" } : { color: "disabledForeground" }),
    },
    contextValue: [
      "project",
      ...(running > 0 ? ["running"] : []),
      ...(running < total ? ["stopped"] : []),
    ].join(";"),
    accessibilityLabel: [localize("Compose project {0}", project.name), count].join(", "),
  };
}
