import { readFile, stat } from "node:fs/promises";

/** The name of the group that owns a socket; undefined for root's own. */
export async function socketGroup(path: string): Promise<string | undefined> {
  const owner = await stat(path).catch(() => undefined);
  if (owner === undefined || owner.gid === 0) {
    return undefined;
  }
  const groups = await readFile("/etc/group", "utf8").catch(() => "");
  const line = groups.split("\n").find((each) => each.split(":")[2] === String(owner.gid));
  const name = line?.split(":")[0] ?? "";
  return /^[a-zA-Z0-9_.-]+$/.test(name) ? name : undefined;
}
