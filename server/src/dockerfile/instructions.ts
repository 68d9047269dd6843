import type { Keyword } from "./syntax.ts";

/** What one keyword allows: the one table that parsing, completion and hover read. */
export interface InstructionDescription {
  readonly keyword: Keyword;
  /** How it is written, in the manner of the Dockerfile reference. */
  readonly synopsis: string;
  /** One paragraph of Markdown. */
  readonly documentation: string;
  readonly flags: readonly FlagDescription[];
  /** Where the reference describes it. */
  readonly url: string;
  /** What is said of it in place of using it. */
  readonly deprecated?: string;
}

export interface FlagDescription {
  /** Without dashes. */
  readonly name: string;
  /** A boolean may stand without a value, a repeatable text more than once. */
  readonly kind: "boolean" | "text" | "repeatable";
  /** What stands behind the `=`, for showing; empty for a boolean. */
  readonly placeholder: string;
  readonly documentation: string;
  /** The first `docker/dockerfile` version that knows it; absent when all do. */
  readonly since?: string;
  /** Only versions whose name ends in `-labs` know it. */
  readonly labs?: true;
}

const reference = "https://docs.docker.com/reference/dockerfile/";

const chown: FlagDescription = {
  name: "chown",
  kind: "text",
  placeholder: "user:group",
  documentation: "Owner of the files in the image, by name or number. Linux images only.",
};
const chmod: FlagDescription = {
  name: "chmod",
  kind: "text",
  placeholder: "mode",
  documentation:
    "Permissions of the files in the image: octal (`755`) or, from 1.14 on, symbolic (`u=rwX,go=rX`).",
  since: "1.2",
};
const link: FlagDescription = {
  name: "link",
  kind: "boolean",
  placeholder: "",
  documentation:
    "Puts the files into a layer of their own that does not depend on the layers below, so that it stays cached when those change.",
  since: "1.4",
};
const exclude: FlagDescription = {
  name: "exclude",
  kind: "repeatable",
  placeholder: "pattern",
  documentation: "Leaves out what matches the pattern, which reads like a line of `.dockerignore`.",
  since: "1.19",
};

/** In the order of the Dockerfile reference's overview. */
export const instructionDescriptions: readonly InstructionDescription[] = [
  {
    keyword: "ADD",
    synopsis: "ADD [OPTIONS] <src> ... <dest>",
    documentation:
      "Copies files from the build context, from a URL or from a Git repository into the image. Local archives are unpacked. For plain local files `COPY` says better what happens.",
    flags: [
      {
        name: "keep-git-dir",
        kind: "boolean",
        placeholder: "",
        documentation: "Keeps the `.git` directory of a Git repository.",
        since: "1.1",
      },
      {
        name: "checksum",
        kind: "text",
        placeholder: "sha256:hash",
        documentation: "Fails the build unless the one remote source has this checksum.",
        since: "1.6",
      },
      chown,
      chmod,
      link,
      {
        name: "unpack",
        kind: "boolean",
        placeholder: "",
        documentation: "Unpacks archives also from URLs, or with `false` not even local ones.",
        since: "1.17",
      },
      exclude,
    ],
    url: `${reference}#add`,
  },
  {
    keyword: "ARG",
    synopsis: "ARG <name>[=<default value>] ...",
    documentation:
      "Declares variables that `--build-arg` can set. Before the first `FROM` they are for `FROM` lines only; `ARG name` in a stage brings such a value into the stage. The values stay visible in the image's history, so they are no place for secrets.",
    flags: [],
    url: `${reference}#arg`,
  },
  {
    keyword: "CMD",
    synopsis: 'CMD ["executable","param1","param2"]',
    documentation:
      "What a container runs by default, or the default arguments of `ENTRYPOINT`. Only the last one of a stage counts. In exec form the process gets signals itself; in shell form a shell stands in between.",
    flags: [],
    url: `${reference}#cmd`,
  },
  {
    keyword: "COPY",
    synopsis: "COPY [OPTIONS] <src> ... <dest>",
    documentation:
      "Copies files from the build context, or with `--from` from another stage or image, into the image. Its layer is made anew when a copied file changes.",
    flags: [
      {
        name: "from",
        kind: "text",
        placeholder: "stage|image|context",
        documentation:
          "Copies out of a stage (by name or by number), an image or a named context, in place of the build context. Variables are not allowed.",
      },
      chown,
      chmod,
      link,
      {
        name: "parents",
        kind: "boolean",
        placeholder: "",
        documentation:
          "Keeps the parent directories of the sources, from a `/./` in the source on.",
        since: "1.20",
      },
      exclude,
    ],
    url: `${reference}#copy`,
  },
  {
    keyword: "ENTRYPOINT",
    synopsis: 'ENTRYPOINT ["executable", "param1", "param2"]',
    documentation:
      "The program that a container is. Arguments of `docker run` and those of `CMD` follow it, which in shell form are ignored. Only the last one of a stage counts.",
    flags: [],
    url: `${reference}#entrypoint`,
  },
  {
    keyword: "ENV",
    synopsis: "ENV <key>=<value> ...",
    documentation:
      "Sets environment variables for the rest of the stage, for the stages built on it and for containers. A line sees the values from before it: in `ENV a=1 b=$a` the old `a` counts.",
    flags: [],
    url: `${reference}#env`,
  },
  {
    keyword: "EXPOSE",
    synopsis: "EXPOSE <port>[/<protocol>] ...",
    documentation:
      "Says which ports the containers listen on (`tcp` unless said otherwise). It publishes none: that is for `docker run -p`.",
    flags: [],
    url: `${reference}#expose`,
  },
  {
    keyword: "FROM",
    synopsis: "FROM [--platform=<platform>] <image>[:<tag>|@<digest>] [AS <name>]",
    documentation:
      "Begins a stage on an image, on an earlier stage or on `scratch`, which is nothing at all. Only variables declared by `ARG` before the first `FROM` are known here.",
    flags: [
      {
        name: "platform",
        kind: "text",
        placeholder: "os/arch",
        documentation:
          "Takes the image for this platform. `$BUILDPLATFORM` runs the stage natively where a cross build needs no emulation.",
      },
    ],
    url: `${reference}#from`,
  },
  {
    keyword: "HEALTHCHECK",
    synopsis: "HEALTHCHECK [OPTIONS] CMD command",
    documentation:
      "How the engine finds out that a container still works: the command exits with 0 for healthy, 1 for unhealthy. `HEALTHCHECK NONE` switches off what the base image has.",
    flags: [
      duration("interval", "Time between two checks, 30 s by default."),
      duration("timeout", "How long one check may take, 30 s by default."),
      duration(
        "start-period",
        "Time for starting, in which failures do not count; none by default.",
      ),
      duration("start-interval", "Time between two checks while starting, 5 s by default."),
      {
        name: "retries",
        kind: "text",
        placeholder: "number",
        documentation: "How many failures in a row make the container unhealthy, 3 by default.",
      },
    ],
    url: `${reference}#healthcheck`,
  },
  {
    keyword: "LABEL",
    synopsis: "LABEL <key>=<value> ...",
    documentation:
      "Adds metadata to the image, best under the keys of `org.opencontainers.image.*`.",
    flags: [],
    url: `${reference}#label`,
  },
  {
    keyword: "MAINTAINER",
    synopsis: "MAINTAINER <name>",
    documentation: "Sets the author of the image.",
    flags: [],
    url: `${reference}#maintainer-deprecated`,
    deprecated: 'Use `LABEL org.opencontainers.image.authors="…"`.',
  },
  {
    keyword: "ONBUILD",
    synopsis: "ONBUILD <INSTRUCTION>",
    documentation:
      "Keeps an instruction for later: it runs right after the `FROM` of every build on top of this image. `FROM`, `MAINTAINER` and `ONBUILD` itself cannot be kept.",
    flags: [],
    url: `${reference}#onbuild`,
  },
  {
    keyword: "RUN",
    synopsis: "RUN [OPTIONS] <command> ...",
    documentation:
      "Runs a command and keeps what it changed as a layer. The cache looks at the text of the command and at the layers below, not at what the command would fetch.",
    flags: [
      {
        name: "device",
        kind: "repeatable",
        placeholder: "name[,required]",
        documentation: "Gives the command a CDI device of the builder.",
        since: "1.14",
        labs: true,
      },
      {
        name: "mount",
        kind: "repeatable",
        placeholder: "type=bind|cache|tmpfs|secret|ssh[,...]",
        documentation:
          "Mounts files for this command only: files of the context or of a stage, a cache that outlives the build, a secret, an SSH agent.",
        since: "1.2",
      },
      {
        name: "network",
        kind: "text",
        placeholder: "default|none|host",
        documentation: "Which network the command has.",
        since: "1.3",
      },
      {
        name: "security",
        kind: "text",
        placeholder: "sandbox|insecure",
        documentation: "`insecure` runs the command privileged; the builder has to allow that.",
        since: "1.20",
      },
    ],
    url: `${reference}#run`,
  },
  {
    keyword: "SHELL",
    synopsis: 'SHELL ["executable", "parameters"]',
    documentation: "Which shell the shell form of later commands uses. It has to be a JSON array.",
    flags: [],
    url: `${reference}#shell`,
  },
  {
    keyword: "STOPSIGNAL",
    synopsis: "STOPSIGNAL signal",
    documentation:
      "The signal that asks the container to end, by name or number; `SIGTERM` by default.",
    flags: [],
    url: `${reference}#stopsignal`,
  },
  {
    keyword: "USER",
    synopsis: "USER <user>[:<group>]",
    documentation:
      "Who runs the later commands and the container. The builder does not check that the user exists.",
    flags: [],
    url: `${reference}#user`,
  },
  {
    keyword: "VOLUME",
    synopsis: 'VOLUME ["/data"]',
    documentation:
      "Says that a directory holds data of its own: a container without another mount there gets an anonymous volume.",
    flags: [],
    url: `${reference}#volume`,
  },
  {
    keyword: "WORKDIR",
    synopsis: "WORKDIR /path/to/workdir",
    documentation:
      "The directory for later commands and for the container, made when it is not there. A relative path continues the one before.",
    flags: [],
    url: `${reference}#workdir`,
  },
];

function duration(name: string, documentation: string): FlagDescription {
  return { name, kind: "text", placeholder: "duration", documentation };
}

const byKeyword = new Map<string, InstructionDescription>(
  instructionDescriptions.map((description) => [description.keyword, description]),
);

/** The keyword in any case. */
export function describeInstruction(keyword: string): InstructionDescription | undefined {
  return byKeyword.get(keyword.toUpperCase());
}

/** The name without dashes; names of flags are case-sensitive. */
export function describeFlag(keyword: string, flag: string): FlagDescription | undefined {
  return describeInstruction(keyword)?.flags.find(({ name }) => name === flag);
}
