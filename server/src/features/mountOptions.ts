import type { MountType } from "../dockerfile/syntax.ts";

/** An option of `RUN --mount`. */
export interface MountOptionDescription {
  readonly key: string;
  /** The types of mounts that have it. */
  readonly types: readonly MountType[];
  /** What stands behind the `=`; empty for an option that needs no value. */
  readonly placeholder: string;
  readonly documentation: string;
  /** Other names of it, which are read too. */
  readonly aliases?: readonly string[];
  /** What it may be, where that is a closed list. */
  readonly values?: readonly string[];
}

export const mountTypeDescriptions: Readonly<Record<MountType, string>> = {
  bind: "Files of the build context, or with `from` of a stage or an image; read-only unless `rw` is given.",
  cache: "A directory that stays from build to build and is never part of the image.",
  tmpfs: "A directory in memory, empty at first.",
  secret: "A secret of the build as a file, or as a variable with `env`; never part of the image.",
  ssh: "The SSH agent that the build was given.",
};

/** Source: the Dockerfile reference, `RUN --mount`. */
export const mountOptionDescriptions: readonly MountOptionDescription[] = [
  {
    key: "type",
    types: ["bind", "cache", "tmpfs", "secret", "ssh"],
    placeholder: "bind|cache|tmpfs|secret|ssh",
    documentation: "What is mounted; `bind` when not given.",
    values: ["bind", "cache", "tmpfs", "secret", "ssh"],
  },
  {
    key: "target",
    types: ["bind", "cache", "tmpfs", "secret", "ssh"],
    placeholder: "path",
    documentation: "Where it is mounted.",
    aliases: ["dst", "destination"],
  },
  {
    key: "source",
    types: ["bind", "cache"],
    placeholder: "path",
    documentation: "Which path of the source is mounted; its root when not given.",
    aliases: ["src"],
  },
  {
    key: "from",
    types: ["bind", "cache"],
    placeholder: "stage|image|context",
    documentation:
      "The stage, image or named context to mount, or what a cache holds at first. Variables are not allowed.",
  },
  {
    key: "rw",
    types: ["bind"],
    placeholder: "",
    documentation: "Lets the command write; what it writes is thrown away.",
    aliases: ["readwrite"],
  },
  {
    key: "ro",
    types: ["cache"],
    placeholder: "",
    documentation: "Keeps the command from writing to the cache.",
    aliases: ["readonly"],
  },
  {
    key: "id",
    types: ["cache", "secret", "ssh"],
    placeholder: "name",
    documentation:
      "Which cache, secret or agent it is; a cache has its target for a name by default.",
  },
  {
    key: "sharing",
    types: ["cache"],
    placeholder: "shared|private|locked",
    documentation:
      "What happens when two builds want the cache at once: both have it (`shared`, the default), each has its own (`private`), or the second waits (`locked`).",
    values: ["shared", "private", "locked"],
  },
  {
    key: "required",
    types: ["secret", "ssh"],
    placeholder: "",
    documentation: "Fails the build when the secret or the agent was not given.",
  },
  {
    key: "env",
    types: ["secret"],
    placeholder: "NAME",
    documentation: "Gives the secret to the command in this variable, in place of a file.",
  },
  {
    key: "mode",
    types: ["cache", "secret", "ssh"],
    placeholder: "0400",
    documentation: "Permissions in octal.",
  },
  {
    key: "uid",
    types: ["cache", "secret", "ssh"],
    placeholder: "number",
    documentation: "Who owns it; 0 by default.",
  },
  {
    key: "gid",
    types: ["cache", "secret", "ssh"],
    placeholder: "number",
    documentation: "Which group owns it; 0 by default.",
  },
  {
    key: "size",
    types: ["tmpfs"],
    placeholder: "bytes",
    documentation: "How large it may become; without a limit by default.",
  },
];

/** The option under any of its names. */
export function describeMountOption(
  type: MountType,
  key: string,
): MountOptionDescription | undefined {
  return mountOptionDescriptions.find(
    (each) => each.types.includes(type) && (each.key === key || each.aliases?.includes(key)),
  );
}
