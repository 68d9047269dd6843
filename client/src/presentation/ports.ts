import type { PublishedPort } from "../engine/engine.ts";

/** Published ports as `8080→80`, or `80` where both are the same; each once, however many addresses it is published on. */
export function formatPorts(ports: readonly PublishedPort[]): string {
  const published = ports
    .filter((port) => port.publicPort !== undefined)
    .sort((a, b) => (a.publicPort ?? 0) - (b.publicPort ?? 0) || a.privatePort - b.privatePort);
  return [...new Set(published.map(formatPort))].join(", ");
}

function formatPort({ publicPort, privatePort, protocol }: PublishedPort): string {
  const suffix = protocol === "tcp" ? "" : `/${protocol}`;
  return publicPort === privatePort
    ? `${privatePort}${suffix}`
    : `${publicPort}→${privatePort}${suffix}`;
}

/** The ports that a browser can open: published and TCP, each public port once, lowest first. */
export function browsablePorts(ports: readonly PublishedPort[]): readonly PublishedPort[] {
  const byPublicPort = new Map<number, PublishedPort>();
  for (const port of ports) {
    if (
      port.publicPort !== undefined &&
      port.protocol === "tcp" &&
      !byPublicPort.has(port.publicPort)
    ) {
      byPublicPort.set(port.publicPort, port);
    }
  }
  return [...byPublicPort.values()].sort((a, b) => (a.publicPort ?? 0) - (b.publicPort ?? 0));
}

/**
 * Where a browser finds the port. A port that is published on every address is
 * reached on the engine's own host, which for `tcp://` and `ssh://` endpoints
 * is not this machine.
 */
export function browserUrl(port: PublishedPort, endpointUrl: string): string {
  const scheme = port.privatePort === 443 || port.privatePort === 8443 ? "https" : "http";
  const host = isEveryAddress(port.ip) ? engineHost(endpointUrl) : (port.ip ?? "localhost");
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port.publicPort}/`;
}

function isEveryAddress(ip: string | undefined): boolean {
  return ip === undefined || ip === "" || ip === "0.0.0.0" || ip === "::";
}

function engineHost(endpointUrl: string): string {
  if (!/^(tcp|https?|ssh):\/\//.test(endpointUrl)) {
    return "localhost";
  }
  const url = URL.canParse(endpointUrl) ? new URL(endpointUrl) : undefined;
  // The parser keeps the brackets of an IPv6 address.
  return url?.hostname.replace(/^\[|\]$/g, "") || "localhost";
}
