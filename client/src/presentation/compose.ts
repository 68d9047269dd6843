import type { Container } from "../engine/engine.ts";
import { compareNames } from "./treeRow.ts";

/** Within a project containers stand by service; those of the same service, and those of none, in their order. */
export function byService(a: Container, b: Container): number {
  return compareNames(a.composeService ?? "", b.composeService ?? "");
}

/** What a container is called within its project: its service, and its number where there are several of it. */
export function nameInProject(
  container: Container,
  project: { readonly containers: readonly Container[] },
): string {
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
