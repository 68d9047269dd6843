import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Endpoint } from "./endpoint.ts";

/** Plays as much of the Engine API over a unix socket as a test of connections needs. */
export interface ImaginaryEngine {
  readonly endpoint: Endpoint;
  /** Method and path of every request, in order. */
  readonly requests: string[];
  /** What `/containers/json`, `/images/json`, `/volumes` and `/networks` answer. */
  containers: object[];
  images: object[];
  volumes: object[];
  networks: object[];
  /** Answers before anything else does; returns whether it has. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Sends an event to every open stream. */
  emit(event: object): void;
  /** Cuts every connection. */
  cut(): void;
  /** Ends the engine and removes its socket, until `listen`. */
  halt(): Promise<void>;
  listen(): Promise<void>;
  /** Ends everything. */
  close(): Promise<void>;
}

export async function imaginaryEngine(): Promise<ImaginaryEngine> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-engine-"));
  const path = join(folder, "docker.sock");
  const sockets = new Set<Socket>();
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    engine.requests.push(`${request.method} ${decodeURIComponent(url)}`);
    if (engine.intercept(request, response)) {
      return;
    }
    response.setHeader("Api-Version", "1.44");
    const name = /^(?:\/v[\d.]+)?([^?]*)/.exec(url)?.[1];
    switch (name) {
      case "/_ping":
        response.end("OK");
        return;
      case "/version":
        response.end(
          JSON.stringify({ Version: "99.0", ApiVersion: "1.44", Os: "linux", Arch: "amd64" }),
        );
        return;
      case "/events":
        streams.add(response);
        response.once("close", () => streams.delete(response));
        response.flushHeaders();
        return;
      case "/containers/json":
        response.end(JSON.stringify(engine.containers));
        return;
      case "/images/json":
        response.end(JSON.stringify(engine.images));
        return;
      case "/volumes":
        response.end(JSON.stringify({ Volumes: engine.volumes }));
        return;
      case "/networks":
        response.end(JSON.stringify(engine.networks));
        return;
      default:
        response.writeHead(404).end(JSON.stringify({ message: "page not found" }));
    }
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  const halt = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    cut();
    await closed;
  };
  const engine: ImaginaryEngine = {
    endpoint: { url: `unix://${path}`, source: "setting" },
    requests: [],
    containers: [],
    images: [],
    volumes: [],
    networks: [],
    intercept: () => false,
    emit: (event) => streams.forEach((stream) => stream.write(`${JSON.stringify(event)}\n`)),
    cut,
    halt,
    listen: () => new Promise((resolve) => server.listen(path, resolve)),
    async close() {
      await halt();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await engine.listen();
  return engine;
}

/** A container as the engine lists it. */
export function listedContainer(id: string, state = "running"): object {
  return {
    Id: id,
    Names: [`/${id}`],
    Image: "i",
    ImageID: "sha256:1",
    Created: 1,
    State: state,
    Status: "Up",
    Ports: [],
    Labels: {},
  };
}
