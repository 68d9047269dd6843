import type { Operation } from "../graph/operation.ts";
import { digest } from "./digest.ts";

/**
 * An operation taken apart for comparison with another one, in a form that can be kept on disk: of
 * variables only digests of their values, because build arguments may be secrets.
 */
export interface OperationFacts {
  readonly kind: Operation["kind"];
  /** Each part that counts, by its name. */
  readonly parts: Readonly<Record<string, string>>;
  /** Variables in order: name and digest of the value. */
  readonly variables: readonly (readonly [string, string])[];
}

/** What is different about an instruction. */
export type OperationChange =
  | {
      readonly what: "variable";
      readonly name: string;
      readonly how: "added" | "removed" | "changed";
    }
  | { readonly what: "variable order" }
  /** `name` is a word for the part: `command`, `user`, `destination` … */
  | {
      readonly what: "part";
      readonly name: string;
      readonly before: string;
      readonly after: string;
    };

export function operationFacts(operation: Operation): OperationFacts {
  switch (operation.kind) {
    case "image":
      return facts("image", { image: operation.reference, platform: operation.platform });
    case "directory":
      return facts("directory", {
        directory: operation.path,
        user: operation.user,
        SOURCE_DATE_EPOCH: operation.epoch,
      });
    case "copy":
      return facts("copy", {
        source: operation.sources
          .map(({ name, include }) => (include === undefined ? name : `${name}/./${include}`))
          .join(" "),
        "kind of source": operation.sources.map(({ kind }) => kind).join(" "),
        unpacking: operation.sources.map(({ unpack }) => (unpack ? "on" : "off")).join(" "),
        destination: operation.destination,
        owner: operation.owner,
        mode: operation.mode,
        exclude: operation.excludes.join(" "),
      });
    case "exec":
      return facts(
        "exec",
        {
          command: operation.command.join(" "),
          directory: operation.directory,
          user: operation.user,
          platform: operation.platform,
          network: operation.network,
          security: operation.security,
          hostname: operation.hostname,
          "extra hosts": operation.extraHosts.join(" "),
          ulimits: operation.ulimits.join(" "),
          "cgroup parent": operation.cgroupParent,
          devices: operation.devices.join(" "),
          mounts: operation.mounts
            .map(({ type, target, fields }) => `${type} ${target} ${fields.join(",")}`)
            .join("; "),
        },
        operation.environment.map(([name, value]) => [name, digest(value)] as const),
      );
  }
}

/** What has changed from one operation to another of the same kind. */
export function operationChanges(before: OperationFacts, after: OperationFacts): OperationChange[] {
  const changes: OperationChange[] = [];
  for (const name of new Set([...Object.keys(before.parts), ...Object.keys(after.parts)])) {
    const [old = "", now = ""] = [before.parts[name], after.parts[name]];
    if (old !== now) {
      changes.push({ what: "part", name, before: old, after: now });
    }
  }
  const old = new Map(before.variables);
  const now = new Map(after.variables);
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    if (!old.has(name)) {
      changes.push({ what: "variable", name, how: "added" });
    } else if (!now.has(name)) {
      changes.push({ what: "variable", name, how: "removed" });
    } else if (old.get(name) !== now.get(name)) {
      changes.push({ what: "variable", name, how: "changed" });
    }
  }
  if (changes.length === 0 && [...old.keys()].join("\0") !== [...now.keys()].join("\0")) {
    changes.push({ what: "variable order" });
  }
  return changes;
}

function facts(
  kind: Operation["kind"],
  parts: Readonly<Record<string, string>>,
  variables: OperationFacts["variables"] = [],
): OperationFacts {
  return { kind, parts, variables };
}
