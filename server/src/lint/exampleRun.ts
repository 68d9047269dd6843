import { readIgnoreFile } from "../buildContext/dockerignore.ts";
import type { ContextSnapshot } from "./contextSnapshot.ts";
import type { LintOptions } from "./lint.ts";
import type { Example, Rule, Surroundings } from "./rule.ts";

/** How a rule's example is run: alone and switched on; a rule that judges the others runs with all of them. */
export function severitiesFor(
  rule: Rule,
  rules: readonly Rule[],
): NonNullable<LintOptions["severities"]> {
  return Object.fromEntries(
    rules.map((each) => {
      const isWanted = each === rule;
      const own = isWanted && rule.severity === "off" ? "warning" : "default";
      return [each.name, isWanted || rule.runsLast === true ? own : "off"] as const;
    }),
  );
}

/** What stands around an example's Dockerfile. */
export function surroundingsOf(
  { name }: Rule,
  { ignoreFile, contextFiles, policy, images, mode }: Example,
): Surroundings {
  return {
    ...(images === undefined
      ? {}
      : { images: { byName: new Map(Object.entries(images)), platform: "linux/amd64" } }),
    ...(mode === undefined ? {} : { modes: new Map([[name, mode]]) }),
    ...(ignoreFile === undefined ? {} : { ignoreFile: readIgnoreFile(ignoreFile) }),
    ...(contextFiles === undefined ? {} : { contextFiles: snapshotOf(contextFiles) }),
    ...(policy === undefined ? {} : { policy }),
  };
}

function snapshotOf(paths: readonly string[]): ContextSnapshot {
  return {
    entries(directory) {
      const prefix = directory === "" ? "" : `${directory}/`;
      const below = paths
        .filter((path) => path.startsWith(prefix))
        .map((path) => path.slice(prefix.length))
        .filter((path) => path !== "");
      const names = new Set(below.map((path) => path.replace(/\/.*/, "")));
      return [...names].map((name) => ({
        name,
        isDirectory: below.some((path) => path.startsWith(`${name}/`)),
      }));
    },
  };
}
