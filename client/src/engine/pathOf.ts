import { EngineError } from "./engineError.ts";

/** Ids and names in a path. Without one the path would mean something else altogether. */
export function pathOf(name: string): string {
  const parts = name.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    throw new EngineError("not-found", `“${name}” is not the name of anything in the engine.`);
  }
  return parts.map(encodeURIComponent).join("/");
}
