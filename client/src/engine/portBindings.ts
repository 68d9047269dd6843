import { EngineError } from "./engineError.ts";

/** Ports in the engine's own form, for creating a container. */
export interface PortBindings {
  readonly exposed: Readonly<Record<string, Record<string, never>>>;
  readonly bindings: Readonly<
    Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>
  >;
}

/**
 * Reads ports as `docker run -p` takes them: `80`, `8080:80`,
 * `127.0.0.1:8080:80/tcp`, `[::1]:8080:80`, `8000-8002:80-82`; port 0 of the
 * host is any free one. Throws
 * EngineError `bad-request` for anything else.
 */
export function parsePortBindings(ports: readonly string[]): PortBindings {
  const exposed: Record<string, Record<string, never>> = {};
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const text of ports) {
    for (const { key, ip, hostPort } of parsePort(text.trim())) {
      exposed[key] = {};
      (bindings[key] ??= []).push({ HostIp: ip, HostPort: hostPort });
    }
  }
  return { exposed, bindings };
}

const pattern =
  /^(?:(?:(?<ip>\[[0-9a-f:.]+\]|[0-9.]+):)?(?:(?<host>\d+(?:-\d+)?)?:))?(?<inside>\d+(?:-\d+)?)(?:\/(?<protocol>tcp|udp|sctp))?$/i;

function parsePort(text: string): { key: string; ip: string; hostPort: string }[] {
  const { ip = "", host, inside = "", protocol = "tcp" } = pattern.exec(text)?.groups ?? {};
  const insidePorts = range(inside);
  const hostPorts = host === undefined ? undefined : range(host);
  if (
    insidePorts === undefined ||
    insidePorts.includes(0) ||
    (host !== undefined && hostPorts === undefined)
  ) {
    throw bad(text);
  }
  // A range of the host for one port inside lets the engine choose a free one.
  const anyOf = hostPorts !== undefined && hostPorts.length > 1 && insidePorts.length === 1;
  if (hostPorts !== undefined && !anyOf && hostPorts.length !== insidePorts.length) {
    throw bad(text);
  }
  return insidePorts.map((port, index) => ({
    key: `${port}/${protocol.toLowerCase()}`,
    ip: ip.replace(/^\[|\]$/g, ""),
    hostPort: anyOf ? (host ?? "") : String(hostPorts?.[index] ?? ""),
  }));
}

function range(text: string): readonly number[] | undefined {
  const [first = 0, last = first] = text.split("-").map(Number);
  if (
    !Number.isInteger(first) ||
    !Number.isInteger(last) ||
    first < 0 ||
    last > 65_535 ||
    first > last
  ) {
    return undefined;
  }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function bad(text: string): EngineError {
  return new EngineError(
    "bad-request",
    `“${text}” is not a port to publish; write 8080:80 or 127.0.0.1:8080:80/tcp.`,
  );
}
