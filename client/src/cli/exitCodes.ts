import type { EngineError } from "../engine/engineError.ts";

/** What the `slipway` command ends with. */
export const exitCodes = {
  fine: 0,
  /** Something was found that counts as an error. */
  problems: 1,
  /** The build ended without an image. */
  buildFailed: 1,
  /** The arguments make no sense, or a file cannot be read. */
  wrongUse: 2,
  /** No engine answers, or it does not let us in. */
  engineUnreachable: 3,
  /** As shells say it of a program that Ctrl+C ended. */
  cancelled: 130,
} as const;

/** What a command ends with when the engine failed. */
export function engineExitCode({ reason }: EngineError): number {
  switch (reason) {
    case "unreachable":
    case "no-permission":
    case "bad-endpoint":
    case "tls":
    case "timeout":
      return exitCodes.engineUnreachable;
    case "not-found":
      return exitCodes.wrongUse;
    case "cancelled":
      return exitCodes.cancelled;
    case "build-failed":
    case "bad-request":
    case "conflict":
    case "unauthorized":
    case "engine-failed":
    case "unsupported":
      return exitCodes.buildFailed;
  }
}
