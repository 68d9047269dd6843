import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { asObject } from "./dockerConfig.ts";
import type { CallOptions, TerminalSession } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { readFrames } from "./frames.ts";
import { StreamSession } from "./terminalSession.ts";
import type { Transport } from "./transport.ts";

/** Starts the best shell that the container has in a terminal. Rejects with `not-found` where it has none. */
export async function openShell(
  docker: Docker,
  transport: Transport,
  id: string,
  { signal }: CallOptions,
): Promise<TerminalSession> {
  const inspected = await docker
    .getContainer(encodeURIComponent(id))
    .inspect(signal ? { abortSignal: signal } : {});
  const isWindows = inspected.Platform === "windows";
  const shell = isWindows ? "cmd" : await findShell(transport, inspected.Id, signal);
  // Closing a stream does not end what exec started; this name in its environment finds it again.
  const mark = `SLIPWAY_SHELL=${randomUUID()}`;
  const exec = await createExec(transport, inspected.Id, signal, {
    Cmd: [shell],
    Env: [...(isWindows ? [] : ["TERM=xterm-256color"]), mark],
    Tty: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await transport.hijack({
    method: "POST",
    path: `/exec/${exec}/start`,
    // Tty here as well, or the first bytes are garbage.
    body: JSON.stringify({ Detach: false, Tty: true }),
  });
  return new StreamSession(stream, {
    resize: async (columns, rows) => {
      await transport.json({
        method: "POST",
        path: `/exec/${exec}/resize`,
        query: { w: columns, h: rows },
      });
    },
    exitCode: async () => await exitCodeOf(transport, exec),
    ...(isWindows ? {} : { hangUp: () => void hangUp(transport, inspected.Id, mark) }),
  });
}

const questionTimeoutMs = 30_000;

async function findShell(
  transport: Transport,
  id: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const failure = "The container has no shell.";
  try {
    const { code, output } = await runInside(
      transport,
      id,
      ["sh", "-c", "command -v bash || command -v sh"],
      signal,
    );
    const shell = output.trim().split("\n")[0] ?? "";
    if (code === 0 && shell !== "") {
      return shell;
    }
  } catch (error) {
    // Engines word a missing program in several ways and statuses; a stopped container or a lost engine stays what it is.
    if (
      !(error instanceof EngineError) ||
      !/executable file not found|no such file/i.test(error.message)
    ) {
      throw error;
    }
  }
  throw new EngineError("not-found", failure);
}

/** Runs a program in a container without a terminal. */
async function runInside(
  transport: Transport,
  id: string,
  command: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ readonly code: number | undefined; readonly output: string }> {
  const exec = await createExec(transport, id, signal, {
    Cmd: command,
    AttachStdout: true,
    AttachStderr: true,
  });
  const { body } = await transport.request({
    method: "POST",
    path: `/exec/${exec}/start`,
    body: JSON.stringify({ Detach: false, Tty: false }),
    signal,
  });
  let output = "";
  for await (const { stream, text } of readFrames(body)) {
    output += stream === "stdout" ? text : "";
    if (output.length > 10_000) {
      break;
    }
  }
  return { code: await exitCodeOf(transport, exec), output };
}

async function createExec(
  transport: Transport,
  id: string,
  signal: AbortSignal | undefined,
  body: Readonly<Record<string, unknown>>,
): Promise<string> {
  const answer = asObject(
    await transport.json({
      method: "POST",
      path: `/containers/${id}/exec`,
      body: JSON.stringify(body),
      signal,
      timeoutMs: questionTimeoutMs,
    }),
  );
  const { Id: exec } = answer;
  if (typeof exec !== "string") {
    throw new EngineError("engine-failed", "The container engine did not say what it started.");
  }
  return exec;
}

async function exitCodeOf(transport: Transport, exec: string): Promise<number | undefined> {
  try {
    const request = {
      method: "GET",
      path: `/exec/${exec}/json`,
      timeoutMs: questionTimeoutMs,
    } as const;
    const { ExitCode: code } = asObject(await transport.json(request));
    return typeof code === "number" ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Hangs up whatever carries the mark in its environment. Best effort: the container may be gone, or have no grep. */
async function hangUp(transport: Transport, id: string, mark: string): Promise<void> {
  const script = `for p in /proc/[0-9]*; do grep -q ${mark} $p/environ 2>/dev/null && kill -HUP \${p#/proc/}; done`;
  await runInside(transport, id, ["sh", "-c", script], undefined).catch(() => undefined);
}
