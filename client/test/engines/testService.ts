import { spawn } from "node:child_process";

/** Something that runs around an engine for the time of a test; see services.mjs. */
export interface TestService {
  /** How it is reached. */
  readonly address: Readonly<Record<string, string | number>>;
  /** Ends it; it ends with the test's process at the latest. */
  stop(): Promise<void>;
}

/** Starts a service: `ssh` before an engine, an engine with `tls`, or `podman`. */
export async function testService(
  ...args: readonly ["ssh" | "tls", string] | readonly ["podman"]
): Promise<TestService> {
  const child = spawn("node", ["client/test/engines/services.mjs", ...args], {
    cwd: process.env["SLIPWAY_ROOT"] ?? ".",
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  let answer = "";
  child.stdout.setEncoding("utf8");
  for await (const text of child.stdout) {
    answer += String(text);
    if (answer.includes("\n")) {
      return {
        address: JSON.parse(answer) as Record<string, string | number>,
        async stop() {
          child.stdin.end();
          await ended;
        },
      };
    }
  }
  await ended;
  throw new Error(`The service ${args.join(" ")} did not start: ${complaint}`);
}
