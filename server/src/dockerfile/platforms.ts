import { quoted } from "./characters.ts";

/** A platform in its normal form, as `os/architecture[/variant]` names it. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
}

const component = "^[A-Za-z0-9_.-]+$";
const system = String.raw`^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$`;

/** Reads a platform as github.com/containerd/platforms does, or says what is wrong in its words. */
export function readPlatform(text: string): Platform | { readonly error: string } {
  const invalid = "invalid argument";
  if (text.includes("*")) {
    return { error: `${quoted(text)}: wildcards not yet supported: ${invalid}` };
  }
  const parts = text.split("/");
  const [first = "", ...others] =
    parts.length > 4 ? [...parts.slice(0, 3), parts.slice(3).join("/")] : parts;
  const os = new RegExp(system).exec(first)?.[1];
  if (os === undefined) {
    return {
      error: `${quoted(first)} is an invalid OS component of ${quoted(text)}: OSAndVersion specifier component must match ${quoted(system)}: ${invalid}`,
    };
  }
  const broken = others.find((part) => !new RegExp(component).test(part));
  if (broken !== undefined) {
    return {
      error: `${quoted(broken)} is an invalid component of ${quoted(text)}: platform specifier component must match ${quoted(component)}: ${invalid}`,
    };
  }
  const normalOs = os.toLowerCase() === "macos" ? "darwin" : os.toLowerCase();
  const [architecture, variant = "", ...more] = others;
  if (more.length > 0) {
    return { error: `${quoted(text)}: cannot parse platform specifier: ${invalid}` };
  }
  if (architecture !== undefined) {
    return { os: normalOs, ...normalArchitecture(architecture, variant) };
  }
  if (knownSystems.has(normalOs)) {
    return { os: normalOs, architecture: "", variant: "" };
  }
  const normal = normalArchitecture(first, "");
  if (knownArchitectures.has(normal.architecture)) {
    return { os: "linux", ...normal };
  }
  return { error: `${quoted(text)}: unknown operating system or architecture: ${invalid}` };
}

function normalArchitecture(
  architecture: string,
  variant: string,
): { architecture: string; variant: string } {
  const name = architecture.toLowerCase();
  const kind = variant.toLowerCase();
  switch (name) {
    case "i386":
      return { architecture: "386", variant: "" };
    case "x86_64":
    case "x86-64":
    case "amd64":
      return { architecture: "amd64", variant: kind === "v1" ? "" : kind };
    case "aarch64":
    case "arm64":
      return { architecture: "arm64", variant: ["8", "v8", "v8.0"].includes(kind) ? "" : kind };
    case "armhf":
      return { architecture: "arm", variant: "v7" };
    case "armel":
      return { architecture: "arm", variant: "v6" };
    case "arm":
      return { architecture: "arm", variant: /^[5-8]$/.test(kind) ? `v${kind}` : kind || "v7" };
    default:
      return { architecture: name, variant: kind };
  }
}

/** Systems that containerd knows by name. */
export const knownSystems: ReadonlySet<string> = new Set(
  "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos".split(
    " ",
  ),
);

/** Architectures that containerd knows by name. */
export const knownArchitectures: ReadonlySet<string> = new Set(
  "386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm".split(
    " ",
  ),
);
