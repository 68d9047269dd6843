import { createHash } from "node:crypto";

/** A short name for a text: 128 bits of its SHA-256, in hexadecimal. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** A short name for a list of texts, whatever characters they hold. */
export function digestList(parts: readonly string[]): string {
  return digest(JSON.stringify(parts));
}
