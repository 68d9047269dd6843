import { instructionLines } from "../engine/instructionLines.ts";

/** An argument that a Dockerfile declares. */
export interface DeclaredArgument {
  readonly name: string;
  /** As it is written, without its quotes; absent when it has none. */
  readonly default?: string;
}

export interface SecretMount {
  readonly id: string;
  /** The step fails without it. */
  readonly required: boolean;
}

/** What a Dockerfile takes from whoever builds it. */
export interface BuildInputs {
  readonly arguments: readonly DeclaredArgument[];
  readonly secrets: readonly SecretMount[];
  /** Whether a step mounts an SSH agent. */
  readonly usesSshAgent: boolean;
}

/**
 * Reads what a build can be given, to offer it. Good enough for a list to pick
 * from, as `namedStages` is. Each name is there once, in the order of the file;
 * an argument has the first default that it is declared with. Arguments that
 * BuildKit itself gives are left out.
 */
export function buildInputs(text: string): BuildInputs {
  const declared = new Map<string, DeclaredArgument>();
  const secrets = new Map<string, SecretMount>();
  let usesSshAgent = false;
  for (const instruction of instructionLines(text)) {
    const [, keyword = "", rest = ""] = /^\s*(\w+)\s+(.*)$/s.exec(instruction.text) ?? [];
    if (keyword.toUpperCase() === "ARG") {
      for (const argument of argumentsOf(rest)) {
        if (declared.get(argument.name)?.default === undefined && !isPredefined(argument.name)) {
          declared.set(argument.name, argument);
        }
      }
    } else if (keyword.toUpperCase() === "RUN") {
      for (const mount of mountsOf(rest)) {
        usesSshAgent ||= mount.get("type") === "ssh";
        const id = secretId(mount);
        if (id !== undefined) {
          const required = isTrue(mount) || secrets.get(id)?.required === true;
          secrets.set(id, { id, required });
        }
      }
    }
  }
  return { arguments: [...declared.values()], secrets: [...secrets.values()], usesSshAgent };
}

function argumentsOf(text: string): readonly DeclaredArgument[] {
  const words = text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs) ?? [];
  return words.flatMap((word) => {
    const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word) ?? [];
    return name === undefined
      ? []
      : [{ name, ...(value === undefined ? {} : { default: unquoted(value) }) }];
  });
}

function unquoted(value: string): string {
  return value.replaceAll(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/gs,
    (_match, double?: string, single?: string, escaped?: string) =>
      double?.replaceAll(/\\(["\\$])/g, "$1") ?? single ?? escaped ?? "",
  );
}

/** https://docs.docker.com/reference/dockerfile/#predefined-args and #automatic-platform-args-in-the-global-scope */
function isPredefined(name: string): boolean {
  return (
    /^(?:HTTP|HTTPS|FTP|NO|ALL)_PROXY$/i.test(name) ||
    /^(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH|VARIANT)$/.test(name) ||
    name === "TARGETSTAGE" ||
    name.startsWith("BUILDKIT_")
  );
}

/** The options of each `--mount` that stands before the command. */
function mountsOf(text: string): readonly ReadonlyMap<string, string>[] {
  const flags = /^(?:--\S+\s+)*/.exec(text)?.[0] ?? "";
  return [...flags.matchAll(/--mount=(\S+)/g)].map(
    ([, options = ""]) =>
      new Map(
        options
          .replaceAll('"', "")
          .split(",")
          .map((option) => {
            const [key = "", ...value] = option.split("=");
            return [key.toLowerCase(), value.join("=")] as const;
          }),
      ),
  );
}

function secretId(mount: ReadonlyMap<string, string>): string | undefined {
  if (mount.get("type") !== "secret") {
    return undefined;
  }
  const target = mount.get("target") ?? mount.get("dst") ?? mount.get("destination");
  const id = mount.get("id") ?? target?.split("/").at(-1);
  // What a variable decides cannot be offered by its name.
  return id === undefined || id === "" || id.includes("$") ? undefined : id;
}

function isTrue(mount: ReadonlyMap<string, string>): boolean {
  return mount.has("required") && /^(?:|true|1)$/i.test(mount.get("required") ?? "");
}
