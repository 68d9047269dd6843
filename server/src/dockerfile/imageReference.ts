import { type MappedText, spanOf } from "../text/mappedText.ts";
import type { ImageReference, ReferencePart } from "./syntax.ts";

/**
 * Takes an image's name apart as it is written: variables and what is in their braces count as ordinary
 * characters. Any text has a result; `imageReferenceError` tells whether an expanded one is valid.
 */
export function readImageReference(image: MappedText): ImageReference {
  const { text } = image;
  const masked = maskVariables(text);
  const part = (start: number, end: number): ReferencePart => ({
    text: text.slice(start, end),
    span: spanOf(image, start, end),
  });

  const at = masked.indexOf("@");
  const nameEnd = at === -1 ? masked.length : at;
  const slash = masked.lastIndexOf("/", nameEnd - 1);
  const colon = masked.indexOf(":", slash + 1);
  const hasTag = colon !== -1 && colon < nameEnd;
  const pathEnd = hasTag ? colon : nameEnd;
  const firstSlash = masked.indexOf("/");
  const domain = firstSlash === -1 || firstSlash >= pathEnd ? "" : text.slice(0, firstSlash);
  const hasRegistry = isRegistry(domain, masked.slice(0, domain.length));
  return {
    span: image.span,
    text,
    ...(hasRegistry ? { registry: part(0, firstSlash) } : {}),
    path: part(hasRegistry ? firstSlash + 1 : 0, pathEnd),
    ...(hasTag ? { tag: part(colon + 1, nameEnd) } : {}),
    ...(at === -1 ? {} : { digest: part(at + 1, text.length) }),
    variables: [...text.matchAll(/\$\{?([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name = ""]) => name),
  };
}

/** The name with everything that is a default: `docker.io/library/node:latest` for `node`. */
export function normalizedImage(name: string): string | undefined {
  if (imageReferenceError(name) !== undefined) {
    return undefined;
  }
  const { domain, remainder } = splitDomain(name);
  const hasTagOrDigest = remainder.includes(":") || remainder.includes("@");
  return `${domain}/${remainder}${hasTagOrDigest ? "" : ":latest"}`;
}

/**
 * Why an expanded name is no valid reference, in the words of github.com/distribution/reference;
 * `undefined` when it is one.
 */
export function imageReferenceError(name: string): string | undefined {
  if (/^[a-f0-9]{64}$/.test(name)) {
    return `invalid repository name (${name}), cannot specify 64-byte hexadecimal strings`;
  }
  const { domain, remainder } = splitDomain(name);
  const [remote = ""] = remainder.split(":", 1);
  if (remote.toLowerCase() !== remote) {
    return `invalid reference format: repository name (${remote}) must be lowercase`;
  }
  const full = `${domain}/${remainder}`;
  const match = splitReference(full);
  if (match === undefined) {
    return splitReference(full.toLowerCase()) === undefined
      ? "invalid reference format"
      : "repository name must be lowercase";
  }
  if (match.path.length > 255) {
    return "repository name must not be more than 255 characters";
  }
  return match.digest === undefined ? undefined : digestError(match.digest);
}

/** Why `algorithm:hex` is no digest, in the words of github.com/opencontainers/go-digest. */
export function digestError(digest: string): string | undefined {
  const colon = digest.indexOf(":");
  if (colon <= 0 || colon + 1 === digest.length) {
    return "invalid checksum digest format";
  }
  const algorithm = digest.slice(0, colon);
  const encoded = digest.slice(colon + 1);
  const length = digestLengths.get(algorithm);
  if (length === undefined) {
    return /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/.test(digest)
      ? "unsupported digest algorithm"
      : "invalid checksum digest format";
  }
  if (encoded.length !== length) {
    return "invalid checksum digest length";
  }
  return /^[a-f0-9]+$/.test(encoded) ? undefined : "invalid checksum digest format";
}

const digestLengths = new Map([
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
]);

function splitDomain(name: string): { domain: string; remainder: string } {
  const hub = "docker.io";
  const slash = name.indexOf("/");
  if (slash === -1) {
    return { domain: hub, remainder: `library/${name}` };
  }
  const first = name.slice(0, slash);
  const rest = name.slice(slash + 1);
  const isHub = first === hub || first === "index.docker.io";
  if (!isHub && isRegistry(first, first)) {
    return { domain: first, remainder: rest };
  }
  const remainder = isHub ? rest : name;
  return { domain: hub, remainder: remainder.includes("/") ? remainder : `library/${remainder}` };
}

function isRegistry(domain: string, masked: string): boolean {
  return domain === "localhost" || /[.:]/.test(masked) || masked.toLowerCase() !== masked;
}

interface SplitReference {
  readonly path: string;
  readonly digest: string | undefined;
}

/** `domain/path[:tag][@digest]`, checked piece by piece so that no regular expression can run long. */
function splitReference(full: string): SplitReference | undefined {
  const at = full.indexOf("@");
  const digest = at === -1 ? undefined : full.slice(at + 1);
  const named = at === -1 ? full : full.slice(0, at);
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  const name = colon === -1 ? named : named.slice(0, colon);
  const [domain = "", ...components] = name.split("/");
  const isValid =
    isDomain(domain) &&
    components.length > 0 &&
    components.every(isPathComponent) &&
    (tag === undefined || /^\w[\w.-]{0,127}$/.test(tag)) &&
    (digest === undefined || isDigest(digest));
  return isValid ? { path: components.join("/"), digest } : undefined;
}

function isDomain(domain: string): boolean {
  const host = domain.replace(/:[0-9]+$/, "");
  return (
    /^\[[a-fA-F0-9:]+\]$/.test(host) ||
    host.split(".").every((label) => /^[a-zA-Z0-9-]+$/.test(label) && !/^-|-$/.test(label))
  );
}

function isPathComponent(component: string): boolean {
  return (
    /^[a-z0-9._-]+$/.test(component) &&
    !/^[._-]|[._-]$/.test(component) &&
    (component.match(/[._-]+/g) ?? []).every(
      (separator) =>
        separator === "." || separator === "_" || separator === "__" || /^-+$/.test(separator),
    )
  );
}

function isDigest(digest: string): boolean {
  const colon = digest.indexOf(":");
  return (
    colon > 0 &&
    digest
      .slice(0, colon)
      .split(/[-_+.]/)
      .every((piece) => /^[A-Za-z][A-Za-z0-9]*$/.test(piece)) &&
    /^[0-9a-fA-F]{32,}$/.test(digest.slice(colon + 1))
  );
}

/** The text with every `$name` and `${…}` overwritten by letters, so that nothing in them splits. */
function maskVariables(text: string): string {
  let result = "";
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "$") {
      result += text[at] ?? "";
      continue;
    }
    let end = at + 1;
    if (text[end] === "{") {
      let depth = 0;
      for (; end < text.length; end++) {
        depth += text[end] === "{" ? 1 : text[end] === "}" ? -1 : 0;
        if (depth === 0) {
          break;
        }
      }
    } else {
      while (/[A-Za-z0-9_]/.test(text[end] ?? "")) {
        end++;
      }
      end--;
    }
    const length = Math.min(end + 1, text.length) - at;
    result += "x".repeat(length);
    at += length - 1;
  }
  return result;
}
