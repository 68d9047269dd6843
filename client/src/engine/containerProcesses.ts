import { asObject } from "./dockerConfig.ts";
import type { CallOptions, ProcessTable } from "./engine.ts";
import { pathOf } from "./pathOf.ts";
import { textOf } from "./toVolume.ts";
import type { Transport } from "./transport.ts";

const patienceMs = 60_000;

/** https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Container/operation/ContainerTop */
export async function containerProcesses(
  transport: Transport,
  id: string,
  { signal }: CallOptions,
): Promise<ProcessTable> {
  const path = `/containers/${pathOf(id)}/top`;
  const answer = asObject(
    await transport.json({ method: "GET", path, signal, timeoutMs: patienceMs }),
  );
  const rows = Array.isArray(answer["Processes"]) ? answer["Processes"] : [];
  return { titles: texts(answer["Titles"]), rows: rows.map(texts) };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
