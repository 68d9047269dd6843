import { type MappedText, slice } from "../text/mappedText.ts";
import { quoted } from "./characters.ts";

/** What one word of EXPOSE says: `[[ip:]host:]container[-end][/protocol]`. */
export interface ExposedPort {
  readonly ip: MappedText | undefined;
  readonly hostPort: MappedText | undefined;
  readonly containerPort: MappedText;
  /** As written, without the slash. */
  readonly protocol: MappedText | undefined;
}

/** Takes a word apart, valid or not. More than three parts between colons are an IPv6 address. */
export function readExposedPort(word: MappedText): ExposedPort {
  const { text } = word;
  const last = text.lastIndexOf(":");
  const before = last <= 0 ? -1 : text.lastIndexOf(":", last - 1);
  const container = slice(word, last + 1, text.length);
  const slash = container.text.indexOf("/");
  return {
    ip: before === -1 ? undefined : slice(word, 0, before),
    hostPort: last === -1 ? undefined : slice(word, before + 1, last),
    containerPort: slash === -1 ? container : slice(container, 0, slash),
    protocol: slash === -1 ? undefined : slice(container, slash + 1, container.text.length),
  };
}

/** What is wrong with an expanded port, in BuildKit's words. */
export function exposedPortError(text: string): string | undefined {
  const { ip, hostPort, containerPort, protocol } = readExposedPort({
    text,
    span: { start: 0, end: text.length },
    runs: [{ at: 0, offset: 0 }],
  });
  const port = containerPort.text;
  if (port === "") {
    return `invalid port: ${quoted(text)}: no port specified`;
  }
  const kind = protocol?.text ?? "";
  if (!["", "tcp", "udp", "sctp"].includes(kind.toLowerCase())) {
    return `invalid port: ${quoted(text)}: invalid proto: ${kind}`;
  }
  const address = ip?.text ?? "";
  if (address.startsWith("[") && !address.endsWith("]")) {
    return `invalid IP address ${address}: address ${address}:: missing ']' in address`;
  }
  if (address !== "" && !isAddress(address)) {
    return `invalid IP address: ${address}`;
  }
  const container = readRange(port);
  if (container === undefined) {
    return `invalid containerPort: ${port}`;
  }
  const host = hostPort?.text ?? "";
  if (host === "") {
    return undefined;
  }
  const range = readRange(host);
  if (range === undefined) {
    return `invalid hostPort: ${host}`;
  }
  if (container.length > 0 && container.length !== range.length) {
    return `invalid ranges specified for container and host Ports: ${port} and ${host}`;
  }
  return undefined;
}

/** How many ports the range has after its first. */
function readRange(text: string): { length: number } | undefined {
  const match = /^(\+?[0-9]+)(?:-(\+?[0-9]+))?$/.exec(text);
  if (match === null) {
    return undefined;
  }
  const start = Number(match[1]);
  const end = Number(match[2] ?? match[1]);
  return start <= 65_535 && end <= 65_535 && start <= end ? { length: end - start } : undefined;
}

function isAddress(text: string): boolean {
  const address = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  if (/^(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})$/.test(address)) {
    return address.split(".").every((number) => Number(number) <= 255);
  }
  if (!/^[0-9a-fA-F:.]*$/.test(address) || !address.includes(":") || address.length > 45) {
    return false;
  }
  const halves = address.split("::");
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  return (
    halves.length <= 2 &&
    groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) &&
    (halves.length === 2 ? groups.length < 8 : groups.length === 8)
  );
}
