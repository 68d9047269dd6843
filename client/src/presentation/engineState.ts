import type { Endpoint } from "../engine/endpoint.ts";
import type { Diagnosis, EngineState } from "../engine/engine.ts";
import type { Localize } from "./localize.ts";

/** Values of the context key `slipway.engine`, which welcome texts and menus ask for. */
export const engineKeys = [
  "idle",
  "connecting",
  "ready",
  "not-installed",
  "not-running",
  "stale-socket",
  "wrong-context",
  "no-permission",
  "bad-endpoint",
  "unknown-host",
  "tls",
  "ssh-unknown-key",
  "ssh-changed-key",
  "ssh-login",
  "ssh-no-docker",
  "unknown",
] as const;

export type EngineKey = (typeof engineKeys)[number];

/**
 * The context key's value for a state. While an engine that was away is tried
 * again the reason stays, so that the text does not flicker with every attempt.
 */
export function engineKey(state: EngineState, before: EngineKey): EngineKey {
  switch (state.kind) {
    case "unavailable":
      return state.diagnosis;
    case "idle":
    case "connecting":
      return isDiagnosis(before) ? before : state.kind;
    case "ready":
      return "ready";
  }
}

function isDiagnosis(key: EngineKey): key is Diagnosis {
  return key !== "idle" && key !== "connecting" && key !== "ready";
}

/**
 * Which engine a view shows, beside its title: nothing for the machine's own
 * one. Where it does not answer the whole address is there to be checked.
 */
export function endpointLabel(endpoint: Endpoint, state: EngineState, localize: Localize): string {
  const address = withoutPassword(endpoint.url);
  if (state.kind === "unavailable") {
    return endpoint.context === undefined || endpoint.context === "default"
      ? address
      : localize("{0}: {1}", endpoint.context, address);
  }
  switch (endpoint.source) {
    case "wellKnownSocket":
      return "";
    case "currentContext":
    case "DOCKER_CONTEXT":
      return endpoint.context === undefined || endpoint.context === "default"
        ? ""
        : endpoint.context;
    case "setting":
      return endpoint.context ?? address;
    case "DOCKER_HOST":
      return /^(unix|npipe):/.test(address) ? "DOCKER_HOST" : address;
  }
}

/** An endpoint's address as it may be shown and logged. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^/@:]*):[^/@]*@/, "$1@");
}
