import { createHash } from "node:crypto";
import type { CopyOperation, ExecOperation, Operation } from "../graph/operation.ts";
import type { InlineRead, Selection } from "../graph/steps.ts";
import { fileDigest } from "./contextSnapshot.ts";
import { digestList } from "./digest.ts";

/**
 * The key of an operation: equal exactly when BuildKit's is, as far as the operation itself goes. The
 * differences between engines are in the operation already (see EngineRules).
 */
export function operationKey(operation: Operation): string {
  switch (operation.kind) {
    case "image":
      return digestList(["image", operation.reference, operation.platform]);
    case "directory":
      return digestList(["directory", operation.path, operation.user, operation.epoch]);
    case "copy":
      return digestList(copyParts(operation));
    case "exec":
      return digestList(execParts(operation));
  }
}

/** Which part of another file system is read; equal selectors of equal sources read equal files. */
export function selectorKey(selections: readonly Selection[]): string {
  return digestList(selections.map(({ path }) => path).toSorted());
}

/** What a heredoc's file hashes to. */
export function inlineKey({ name, content, mode }: InlineRead): string {
  const bytes = Buffer.from(content);
  const hash = createHash("sha256").update(bytes).digest("hex");
  return digestList([name, fileDigest(mode, bytes.length, hash)]);
}

function copyParts({ destination, sources, owner, mode, excludes }: CopyOperation): string[] {
  return [
    "copy",
    destination,
    owner,
    mode,
    list(excludes),
    ...sources.map(({ kind, name, include, unpack }) =>
      list([kind, name, include ?? "", String(unpack)]),
    ),
  ];
}

function execParts(operation: ExecOperation): string[] {
  return [
    "exec",
    list(operation.command),
    list(operation.environment.map(([name, value]) => `${name}=${value}`)),
    operation.directory,
    operation.user,
    operation.platform,
    operation.network,
    operation.security,
    operation.hostname,
    list(operation.extraHosts),
    list(operation.ulimits),
    operation.cgroupParent,
    list(operation.devices),
    ...operation.mounts.map(({ target, type, fields, read }) =>
      list([target, type, ...fields, String(read ?? "")]),
    ),
  ];
}

function list(parts: readonly string[]): string {
  return JSON.stringify(parts);
}
