import { randomLine } from "./randomLines.ts";
import type { Random } from "./random.ts";

/** Random Dockerfiles and contexts that change from build to build, for cacheLive.ts. */
export interface RandomStage {
  name: string | undefined;
  from: string;
  lines: string[];
}

/** What the builds of one case are made of. */
export interface RandomProject {
  directives: string[];
  globals: string[];
  stages: RandomStage[];
  /** CRLF at the ends of lines. */
  windows: boolean;
  /** The name of the Dockerfile. */
  file: string;
  /** The lines of `.dockerignore`, and of the file that belongs to the Dockerfile, if it has one. */
  ignore: string[];
  ownIgnore: string[] | undefined;
  args: Record<string, string>;
  target: string | undefined;
  /** All, or only these stages. */
  noCache: true | string[] | undefined;
  /** Options of the build command. */
  options: BuildFlags;
  /** What the secrets hold. */
  secret: string;
  /** Named contexts that are images, by name. `extra` is a folder besides. */
  images: Record<string, string>;
  /** Only what the frontend of Docker 20.10 reads. */
  plain: boolean;
  /** A file that ADD can fetch, the same under every name below the URL; empty when there is none. */
  archive: { url: string; digest: string };
}

export interface BuildFlags {
  network?: string;
  addHost?: string;
  /** In MiB. */
  shmSize?: number;
  ulimit?: string;
  cgroupParent?: string;
}

/** What one change does to the files of the context. */
export interface ContextTools {
  paths(): string[];
  directories(): string[];
  write(path: string, content: string): void;
  makeDirectory(path: string): void;
  chmod(path: string, mode: number): void;
  remove(path: string): void;
  rename(from: string, to: string): void;
  link(path: string, target: string): void;
  touch(path: string): void;
}

/** All that a random change may touch. */
export interface Subject {
  readonly project: RandomProject;
  readonly files: ContextTools;
  /** The folder of the named context `extra`. */
  readonly extra: ContextTools;
}

export function writeFirstContext({ files, extra }: Subject, random: Random): void {
  for (const path of [
    "a.txt",
    "b.txt",
    "c.md",
    "dir/a.txt",
    "dir/b.md",
    "dir/sub/c.txt",
    "src/one.js",
    "src/two.js",
    "src/lib/three.js",
    "log/x.log",
  ]) {
    files.write(path, `${path} ${random.below(1000)}\n`);
  }
  files.write("run.sh", "#!/bin/sh\necho run\n");
  files.chmod("run.sh", 0o755);
  files.write("pack.tar", tarOf("packed.txt", `packed ${random.below(1000)}\n`));
  files.link("link.txt", "a.txt");
  files.link("dir/link", "b.md");
  files.link("dirlink", "dir");
  files.link("log/loop", "loop");
  extra.write("e.txt", "extra\n");
  extra.write("more/m.txt", `more ${random.below(1000)}\n`);
  extra.write("more/left.out", "left out\n");
  extra.write(".dockerignore", "**/*.out\n");
}

export function randomProject(
  random: Random,
  salt: string,
  surroundings: Pick<RandomProject, "plain" | "archive">,
): RandomProject {
  const project: RandomProject = {
    ...surroundings,
    directives: random.chance(0.1) ? [random.pick(["# escape=\\", "# escape=`"])] : [],
    globals: random.chance(0.5)
      ? ["ARG BASE=busybox:local", "ARG GLOBAL=g1 U=4", "ARG BUILDPLATFORM"].slice(
          0,
          1 + random.below(3),
        )
      : [],
    stages: [],
    windows: random.chance(0.05),
    file: random.chance(0.2) ? "build.Dockerfile" : "Dockerfile",
    ignore: random.chance(0.6)
      ? ["*.log", "*Dockerfile", "**/*.tmp"]
      : ["*Dockerfile", "**/.dockerignore"],
    ownIgnore: random.chance(0.1) ? ["**/*.md", "!dir/b.md", "*Dockerfile*"] : undefined,
    args: {},
    target: undefined,
    noCache: undefined,
    options: {},
    secret: "one",
    images: surroundings.plain
      ? {}
      : { alias: "busybox:env", ...(random.chance(0.1) ? { s1: "slipway/base:1.0" } : {}) },
  };
  const count = 1 + random.below(5);
  for (let index = 0; index < count; index++) {
    project.stages.push(randomStage(random, project, index, salt));
  }
  return project;
}

function randomStage(
  random: Random,
  project: RandomProject,
  index: number,
  salt: string,
): RandomStage {
  const named = project.stages.filter(
    (stage) => stage.name !== undefined && stage.from !== "scratch",
  );
  const name = random.chance(0.85) ? `s${index}` : undefined;
  const from =
    named.length > 0 && random.chance(0.3)
      ? (random.pick(named).name ?? "")
      : random.chance(0.06)
        ? "scratch"
        : random.pick([
            "busybox:local",
            "busybox:local",
            "--platform=$BUILDPLATFORM busybox:local",
            "--platform=linux/amd64 slipway/base:1.0",
            "slipway/base:1.0",
            "busybox:env",
            `onbuild:${salt}`,
            ...(project.globals.length > 0 ? ["${BASE}"] : []),
            ...(project.plain ? [] : ["alias"]),
          ]);
  const stage: RandomStage = { name, from, lines: [`WORKDIR /${salt}`] };
  if (from !== "scratch") {
    stage.lines.push(
      `RUN mkdir -p /out /tmp/x || true; echo ${index} > /out/f || true; echo ${random.below(3)} > /out/g || true`,
    );
  }
  const length = 3 + random.below(7);
  // What is taken from other stages mostly comes last, as in Dockerfiles that people write.
  const last: string[] = [];
  for (let line = 0; line < length; line++) {
    const next = randomLine(random, { project, index, bare: from === "scratch" });
    const isLast = /from=(?:s\d|\d)/.test(next) && random.chance(0.8);
    (isLast ? last : stage.lines).push(next);
  }
  stage.lines.push(...last);
  return stage;
}

export function dockerfileOf(project: RandomProject): string {
  const stages = project.stages.map(({ from, name, lines }) =>
    [`FROM ${from}${name === undefined ? "" : ` AS ${name}`}`, ...lines].join("\n"),
  );
  let text = `${[...project.directives, ...project.globals, ...stages].join("\n")}\n`;
  if (project.directives.includes("# escape=`")) {
    text = text.replaceAll("\\\n", "`\n");
  }
  return project.windows ? text.replaceAll("\n", "\r\n") : text;
}

/** An uncompressed archive of one file. */
export function tarOf(name: string, content: string): string {
  const before =
    field(name, 100) +
    octal(0o644, 8) +
    octal(0, 8) +
    octal(0, 8) +
    octal(content.length, 12) +
    octal(1_700_000_000, 12);
  const after = field(`0${field("", 100)}ustar\x0000`, 356);
  const sum = Buffer.from(`${before}        ${after}`).reduce((total, byte) => total + byte, 0);
  const header = `${before}${sum.toString(8).padStart(6, "0")}\0 ${after}`;
  return header + field(content, Math.ceil(content.length / 512) * 512) + "\0".repeat(1024);
}

function field(text: string, length: number): string {
  return text.padEnd(length, "\0");
}

function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, "0")}\0`;
}
