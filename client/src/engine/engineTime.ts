import type { Transport } from "./transport.ts";

/** The engine's own time, whole seconds since 1970, from where events are asked for at first. */
export async function engineClock(transport: Transport, signal: AbortSignal): Promise<string> {
  const { headers, body } = await transport.request({
    method: "GET",
    path: "/_ping",
    unversioned: true,
    signal,
    timeoutMs: 20_000,
  });
  body.resume();
  const date = Date.parse(headers.date ?? "");
  return String(Math.floor((Number.isNaN(date) ? Date.now() : date) / 1000));
}

/** When an event was, in seconds with nanoseconds. JSON numbers are too coarse for nanoseconds, so the last digits are rounded down and the event comes once more. */
export function eventTime(time: unknown, timeNano: unknown): string | undefined {
  if (typeof timeNano === "number" && timeNano > 0) {
    const microseconds = Math.floor(timeNano / 1_000) - 1;
    const fraction = String(microseconds % 1_000_000).padStart(6, "0");
    return `${Math.floor(microseconds / 1_000_000)}.${fraction}000`;
  }
  return typeof time === "number" ? String(time) : undefined;
}
