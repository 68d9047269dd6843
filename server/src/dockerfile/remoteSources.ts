import { quoted } from "./characters.ts";
import { readBoolean } from "./goValues.ts";

/** Where a source of COPY or ADD comes from, after expansion. */
export type SourceKind = "git" | "http" | "local";

/**
 * A Git repository is `git@host:path`, or a URL of `git:` or `ssh:`, or one of `http(s):` whose path ends
 * in `.git`. `github.com/…` without a scheme is a local path.
 */
export function sourceKind(source: string): SourceKind {
  if (isGit(source)) {
    return "git";
  }
  return /^https?:\/\//.test(source) ? "http" : "local";
}

function isGit(source: string): boolean {
  const scheme = /^([a-zA-Z0-9]+):\/\//.exec(source)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    return (
      !source.startsWith("./") &&
      !source.startsWith("../") &&
      !source.startsWith("github.com/") &&
      /^[a-zA-Z0-9-_]+@[a-zA-Z0-9-.]+:[^?#]*(?:\?[^#]*)?(?:#.*)?$/.test(source)
    );
  }
  if (!URL.canParse(source)) {
    return false;
  }
  switch (scheme) {
    case "git":
    case "ssh":
      return true;
    case "http":
    case "https":
      return /^[^/?#]*\/[^?#]*\.git(?:[?#]|$)/.test(source.slice(scheme.length + 3));
    default:
      return false;
  }
}

/** What is wrong with the query of a Git source (`?ref=…&subdir=…`), in BuildKit's words. */
export function gitQueryError(source: string): string | undefined {
  const query = /^[^?#]*\?([^#]*)/.exec(source)?.[1];
  const parameters = new URLSearchParams(query ?? "");
  for (const name of new Set(parameters.keys())) {
    const [value = "", ...more] = parameters.getAll(name);
    if (value === "" && !optionalQueries.has(name)) {
      return `query ${quoted(name)} has no value`;
    }
    if (more.length > 0) {
      return `query ${quoted(name)} has multiple values`;
    }
    if (!queries.has(name)) {
      return `unexpected query ${quoted(name)}`;
    }
    if (optionalQueries.has(name) && value !== "" && readBoolean(value) === undefined) {
      return `invalid ${name} value: ${quoted(value)}`;
    }
    if (name === "mtime" && value !== "checkout" && value !== "commit") {
      return `invalid mtime value: ${quoted(value)} (must be "checkout" or "commit")`;
    }
  }
  return parameters.has("tag") && parameters.has("branch")
    ? "branch conflicts with tag"
    : undefined;
}

const optionalQueries = new Set(["submodules", "keep-git-dir", "fetch-by-commit"]);
const queries = new Set([
  "ref",
  "tag",
  "branch",
  "subdir",
  "checksum",
  "commit",
  "mtime",
  ...optionalQueries,
]);
