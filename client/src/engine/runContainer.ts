import type Docker from "dockerode";
import type { ContainerCreateOptions } from "dockerode";
import type { CallOptions, RunRequest, TerminalSession } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { parsePortBindings } from "./portBindings.ts";
import { StreamSession } from "./terminalSession.ts";
import type { Transport } from "./transport.ts";

/** Creates and starts; returns the id. Leaves nothing behind when it fails or is cancelled. */
export async function runContainer(
  docker: Docker,
  request: RunRequest,
  { signal }: CallOptions,
): Promise<string> {
  return await createThen(docker, request, signal, async (container) => {
    await container.start(signal === undefined ? {} : { abortSignal: signal });
    return container.id;
  });
}

/** Creates, attaches, then starts, so that no output is lost. */
export async function runInteractive(
  docker: Docker,
  transport: Transport,
  request: RunRequest,
  { signal }: CallOptions,
): Promise<{ readonly id: string; readonly session: TerminalSession }> {
  return await createThen(docker, { ...request, interactive: true }, signal, async (container) => {
    const path = `/containers/${container.id}`;
    // The signal is for starting only; the session outlives it.
    const stream = await transport.hijack({
      method: "POST",
      path: `${path}/attach`,
      query: { stream: true, stdin: true, stdout: true, stderr: true },
    });
    try {
      // Asked before the start, since a container that removes itself cannot be asked afterwards.
      const exited = waitForExit(transport, path);
      await container.start(signal === undefined ? {} : { abortSignal: signal });
      const session = new StreamSession(stream, {
        resize: async (columns, rows) => {
          await container.resize({ w: columns, h: rows });
        },
        exitCode: async () => await Promise.race([exited, afterStreamEnd()]),
      });
      return { id: container.id, session };
    } catch (error) {
      stream.destroy();
      throw error;
    }
  });
}

/** Milliseconds that the engine may take to tell the exit code after the output has ended. */
const exitCodePatienceMs = 3_000;

function afterStreamEnd(): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), exitCodePatienceMs).unref();
  });
}

async function waitForExit(transport: Transport, path: string): Promise<number | undefined> {
  try {
    const answer = await transport.json({
      method: "POST",
      path: `${path}/wait`,
      query: { condition: "next-exit" },
    });
    return typeof answer === "object" &&
      answer !== null &&
      "StatusCode" in answer &&
      typeof answer.StatusCode === "number"
      ? answer.StatusCode
      : undefined;
  } catch {
    // The connection was lost, or the container removed before it started.
    return undefined;
  }
}

async function createThen<T>(
  docker: Docker,
  request: RunRequest,
  signal: AbortSignal | undefined,
  next: (container: Docker.Container) => Promise<T>,
): Promise<T> {
  const options = createOptions(request);
  throwIfCancelled(signal);
  // Creating is short, and cut off half-way it could leave a container that nobody knows of: it ignores the signal.
  const container = await docker.createContainer(options);
  try {
    throwIfCancelled(signal);
    return await next(container);
  } catch (error) {
    // The first failure is the one to tell of; a container that removes itself may be gone already.
    await container.remove({ force: true, v: true }).catch(() => undefined);
    throw error;
  }
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new EngineError("cancelled", "The operation was cancelled.");
  }
}

function createOptions(request: RunRequest): ContainerCreateOptions {
  const { exposed, bindings } = parsePortBindings(request.ports ?? []);
  const interactive = request.interactive === true;
  const body = {
    Image: request.image,
    ...(request.command === undefined ? {} : { Cmd: request.command }),
    Env: request.environment ?? [],
    Labels: request.labels ?? {},
    ExposedPorts: exposed,
    Tty: interactive,
    OpenStdin: interactive,
    StdinOnce: interactive,
    AttachStdin: interactive,
    AttachStdout: interactive,
    AttachStderr: interactive,
    HostConfig: {
      PortBindings: bindings,
      PublishAllPorts: request.publishAllPorts ?? false,
      AutoRemove: request.removeWhenStopped ?? false,
    },
  };
  // dockerode would send everything twice, as query and as body; these two keep it apart.
  const options = { _query: request.name === undefined ? {} : { name: request.name }, _body: body };
  return options as ContainerCreateOptions;
}
