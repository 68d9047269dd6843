import { asObject } from "./dockerConfig.ts";
import type { CallOptions, NetworkRequest } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { pathOf } from "./pathOf.ts";
import { textOf } from "./toVolume.ts";
import type { Transport } from "./transport.ts";

/** Milliseconds; firewall rules and interfaces take their time. */
const patienceMs = 120_000;

export async function createNetwork(
  transport: Transport,
  { name, driver, internal = false, labels = {} }: NetworkRequest,
  { signal }: CallOptions,
): Promise<string> {
  const body = JSON.stringify({
    Name: name,
    Driver: driver,
    Internal: internal,
    Labels: labels,
    // Engines before API 1.44 make a second network of the same name otherwise.
    CheckDuplicate: true,
  });
  const answer = await transport.json({
    method: "POST",
    path: "/networks/create",
    body,
    signal,
    timeoutMs: patienceMs,
  });
  const id = textOf(asObject(answer)["Id"]);
  if (id === "") {
    throw new EngineError("engine-failed", "The engine does not say which network it made.");
  }
  return id;
}

export async function removeNetwork(
  transport: Transport,
  id: string,
  { signal }: CallOptions,
): Promise<void> {
  const path = `/networks/${pathOf(id)}`;
  await transport.json({ method: "DELETE", path, signal, timeoutMs: patienceMs });
}

export async function changeMembership(
  transport: Transport,
  change: "connect" | "disconnect",
  id: string,
  containerId: string,
  { signal }: CallOptions,
): Promise<void> {
  const path = `/networks/${pathOf(id)}/${change}`;
  const body = JSON.stringify({ Container: containerId });
  await transport.text({ method: "POST", path, body, signal, timeoutMs: patienceMs });
}
