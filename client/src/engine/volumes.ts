import { asObject } from "./dockerConfig.ts";
import type { CallOptions, VolumeRequest } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { pathOf } from "./pathOf.ts";
import { textOf } from "./toVolume.ts";
import { compareVersions } from "./transport.ts";
import type { Transport } from "./transport.ts";

/** Milliseconds; a driver may make or delete a volume on another machine, and sizes are counted on the disk. */
const patienceMs = 600_000;

export async function createVolume(
  transport: Transport,
  { name, driver, labels = {} }: VolumeRequest,
  { signal }: CallOptions,
): Promise<string> {
  const body = JSON.stringify({ Name: name, Driver: driver, Labels: labels });
  const answer = await transport.json({
    method: "POST",
    path: "/volumes/create",
    body,
    signal,
    timeoutMs: patienceMs,
  });
  const made = textOf(asObject(answer)["Name"]);
  if (made === "") {
    throw new EngineError("engine-failed", "The engine does not say which volume it made.");
  }
  return made;
}

export async function removeVolume(
  transport: Transport,
  name: string,
  { signal }: CallOptions,
): Promise<void> {
  const path = `/volumes/${pathOf(name)}`;
  await transport.json({ method: "DELETE", path, signal, timeoutMs: patienceMs });
}

export async function volumeSizes(
  transport: Transport,
  { signal }: CallOptions,
): Promise<ReadonlyMap<string, number>> {
  // Engines before API 1.42 ignore the type and count everything.
  const knowsTypes = compareVersions(await transport.apiVersion(signal), "1.42") >= 0;
  const query = knowsTypes ? { type: "volume" } : {};
  const usage = asObject(
    await transport.json({
      method: "GET",
      path: "/system/df",
      query,
      signal,
      timeoutMs: patienceMs,
    }),
  );
  const sizes = new Map<string, number>();
  for (const each of Array.isArray(usage["Volumes"]) ? usage["Volumes"] : []) {
    const volume = asObject(each);
    const { Size: size } = asObject(volume["UsageData"]);
    // -1 stands for a driver that cannot tell.
    if (typeof size === "number" && size >= 0) {
      sizes.set(textOf(volume["Name"]), size);
    }
  }
  return sizes;
}
