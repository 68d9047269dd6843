/** A value of a query: `undefined` is left out, an object is sent as JSON (as `filters` wants it), a list repeats the key. */
export type QueryValue =
  | string
  | number
  | boolean
  | undefined
  | readonly string[]
  | { readonly [key: string]: unknown };

/** The path with the query behind it. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, QueryValue>> | undefined,
): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value === undefined) {
      continue;
    }
    if (typeof value === "object") {
      if (isList(value)) {
        value.forEach((each) => parameters.append(key, each));
      } else {
        parameters.append(key, JSON.stringify(value));
      }
    } else {
      parameters.append(key, String(value));
    }
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${text}`;
}

function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}

/** Values of these keys say nothing secret; every other value is left out of the log. */
const loggedKeys = new Set([
  "all",
  "filters",
  "since",
  "until",
  "tail",
  "follow",
  "stdout",
  "stderr",
  "timestamps",
  "force",
  "v",
  "size",
  "stream",
  "fromImage",
  "tag",
  "repo",
  "type",
  "w",
  "h",
  "t",
  "signal",
  "name",
  "target",
  "platform",
  "version",
  "dangling",
]);

/** The path for a log: values of a query that may be secret are left out. */
export function redacted(path: string): string {
  const [bare = "", query] = path.split("?", 2);
  if (query === undefined) {
    return bare;
  }
  const parts = query.split("&").map((part) => {
    const key = part.split("=", 1)[0] ?? "";
    return loggedKeys.has(key) ? decodeURIComponent(part.replaceAll("+", " ")) : `${key}=…`;
  });
  return `${bare}?${parts.join("&")}`;
}
