import { connect as connectSocket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { Endpoint } from "./endpoint.ts";
import { EngineError } from "./engineError.ts";
import { sshStream } from "./sshStream.ts";

/** Milliseconds until a connection must stand. */
const connectTimeoutMs = 15_000;

/**
 * Opens a byte stream to the engine. The stream may still be connecting when
 * it is returned; failure comes as its `error` event. Throws EngineError
 * `bad-endpoint` for an url that cannot be understood.
 */
export function dial(endpoint: Endpoint): Duplex {
  const address = parseEndpointUrl(endpoint.url);
  switch (address.kind) {
    case "path":
      return connectSocket({ path: address.path });
    case "ssh":
      return sshStream(address);
    default:
      return dialTcp(address.host, address.port, endpoint);
  }
}

function dialTcp(host: string, port: number, { url, tls }: Endpoint): Duplex {
  const socket =
    tls === undefined
      ? connectSocket({ host, port })
      : connectTls({
          host,
          port,
          ALPNProtocols: ["http/1.1"],
          ...(isIpAddress(host) ? {} : { servername: host }),
          ...(tls.ca === undefined ? {} : { ca: tls.ca }),
          ...(tls.certificate === undefined ? {} : { cert: tls.certificate }),
          ...(tls.key === undefined ? {} : { key: tls.key }),
          rejectUnauthorized: tls.verify,
        });
  const timer = setTimeout(() => {
    const text = `No connection to ${url} after ${connectTimeoutMs / 1000} seconds.`;
    socket.destroy(new EngineError("timeout", text));
  }, connectTimeoutMs);
  const stop = (): void => clearTimeout(timer);
  socket.once(tls === undefined ? "connect" : "secureConnect", stop).once("close", stop);
  socket.setKeepAlive(true, 30_000);
  return socket;
}

/** Where an endpoint's url leads. */
export type Address =
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | {
      readonly kind: "ssh";
      readonly host: string;
      readonly port?: number;
      readonly user?: string;
      readonly path?: string;
    };

/**
 * Reads an url as DOCKER_HOST writes it, with the docker CLI's defaults: port
 * 2375 for tcp, 2376 for https. Throws EngineError `bad-endpoint`.
 */
export function parseEndpointUrl(text: string): Address {
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  const rest = scheme === undefined ? text : text.slice(scheme.length + 3);
  switch (scheme) {
    case "unix":
      if (rest.startsWith("/")) {
        return { kind: "path", path: rest };
      }
      throw bad(text, "a unix socket needs an absolute path, such as unix:///var/run/docker.sock");
    case "npipe":
      // DOCKER_HOST writes npipe:////./pipe/docker_engine; Windows wants \\.\pipe\docker_engine.
      if (/^\/\/[^/]+\/pipe\/./.test(rest)) {
        return { kind: "path", path: rest.replaceAll("/", "\\") };
      }
      throw bad(text, "a named pipe reads npipe:////./pipe/docker_engine");
    case undefined:
    case "tcp":
    case "http":
    case "https": {
      const url = tryUrl(`http://${rest}`);
      if (url === undefined || url.hostname === "") {
        throw bad(text, "a host reads tcp://host:2376");
      }
      const port =
        url.port === ""
          ? (explicitPort(rest) ?? (scheme === "https" ? 2376 : 2375))
          : Number(url.port);
      return { kind: "tcp", host: url.hostname.replace(/^\[|\]$/g, ""), port };
    }
    case "ssh": {
      const url = tryUrl(text);
      // A host that starts with a dash would be an option of ssh.
      if (
        url === undefined ||
        url.hostname === "" ||
        url.hostname.startsWith("-") ||
        url.username.startsWith("-")
      ) {
        throw bad(text, "an engine behind ssh reads ssh://user@host");
      }
      if (url.password !== "") {
        throw bad(text, "ssh takes no password in the address");
      }
      return {
        kind: "ssh",
        host: url.hostname.replace(/^\[|\]$/g, ""),
        ...(url.port === "" ? {} : { port: Number(url.port) }),
        ...(url.username === "" ? {} : { user: decodeURIComponent(url.username) }),
        ...(url.pathname === "" || url.pathname === "/" ? {} : { path: url.pathname }),
      };
    }
    default:
      throw bad(text, `“${scheme}” is not a way to reach an engine; use unix, npipe, tcp or ssh`);
  }
}

/** The URL class drops a port that is its scheme's default, here 80. */
function explicitPort(rest: string): number | undefined {
  return /^[^/?#]*:80(?:[/?#]|$)/.test(rest) ? 80 : undefined;
}

function tryUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function isIpAddress(host: string): boolean {
  return host.includes(":") || /^\d+(\.\d+){3}$/.test(host);
}

function bad(text: string, why: string): EngineError {
  return new EngineError("bad-endpoint", `The engine's address “${text}” makes no sense: ${why}.`);
}
