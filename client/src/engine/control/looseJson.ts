import type { LineRange } from "../dockerfileText.ts";
import { joinLines } from "./joinLines.ts";

/** Names are written with and without a capital, from version to version and from message to message. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  const found = Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1];
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name);
  return typeof text === "string" ? text : "";
}

function numberOf(value: unknown, name: string): number {
  const number = fieldOf(value, name);
  return typeof number === "number" ? number : 0;
}

/** The ranges of a Location; an instruction over several lines may have one for each, which become one. */
export function linesOf(location: unknown): LineRange[] {
  return joinLines(
    listOf(fieldOf(location, "ranges")).map((range) => {
      const start = numberOf(fieldOf(range, "start"), "line");
      return { start, end: numberOf(fieldOf(range, "end"), "line") || start };
    }),
  );
}
