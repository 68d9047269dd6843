import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The private engine that `npm test` has started for the suite that is running. */
export interface TestEngine {
  /** As in DOCKER_HOST: `unix:///…`. */
  readonly host: string;
  readonly kind: "28" | "28c" | "20.10";
  /** Really ends the engine, with its containers; its data stays. */
  readonly halt: () => Promise<void>;
  /** Starts the halted engine again, at the same address. */
  readonly resume: () => Promise<void>;
}

/**
 * The engine to test against, or an error that says how to get one. It holds the images `busybox:local`
 * and `slipway/base:1.0` (the same thing, see baseImage.mjs).
 */
export function testEngine(): TestEngine {
  const {
    SLIPWAY_TEST_DOCKER_HOST: host,
    SLIPWAY_TEST_ENGINE_KIND: kind,
    SLIPWAY_TEST_ENGINE_FOLDER: folder,
  } = process.env;
  if (host === undefined || folder === undefined) {
    throw new Error("This test needs a private engine: run it by `npm test -- --suite engine`.");
  }
  const control = (command: "halt" | "resume") =>
    promisify(execFile)("node", ["client/test/engines/cli.mjs", command, folder], {
      cwd: process.env["SLIPWAY_ROOT"] ?? ".",
      // In VS Code this is a folder that goes with the window, and the engine would miss it.
      env: { ...process.env, TMPDIR: undefined },
    });
  return {
    host,
    kind: kind === "28c" || kind === "20.10" ? kind : "28",
    halt: async () => void (await control("halt")),
    resume: async () => void (await control("resume")),
  };
}
