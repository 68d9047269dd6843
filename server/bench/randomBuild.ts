/** Random Dockerfiles and contexts that change from build to build, for cacheLive.ts. */

/** Numbers that look random and are the same for the same seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** At least 0 and below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  chance(probability: number): boolean {
    return this.below(1_000_000) < probability * 1_000_000;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) {
      throw new Error("There is nothing to pick from.");
    }
    return item;
  }
}

export interface RandomStage {
  name: string | undefined;
  from: string;
  lines: string[];
}

/** What the builds of one case are made of. */
export interface RandomProject {
  globals: string[];
  stages: RandomStage[];
  args: Record<string, string>;
  target: string | undefined;
  noCacheFilter: string | undefined;
  ignore: string[];
  /** Only what the frontend of Docker 20.10 reads. */
  plain: boolean;
}

/** What one change does to the files of the context. */
export interface ContextTools {
  paths(): string[];
  write(path: string, content: string): void;
  chmod(path: string, mode: number): void;
  remove(path: string): void;
  rename(from: string, to: string): void;
  link(path: string, target: string): void;
  touch(path: string): void;
}

export function writeFirstContext(files: ContextTools, random: Random): void {
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
  files.link("link.txt", "a.txt");
  files.link("dir/link", "b.md");
  files.link("dirlink", "dir");
}

export function randomProject(random: Random, salt: string, plain: boolean): RandomProject {
  const project: RandomProject = {
    globals: random.chance(0.4) ? [`ARG BASE=busybox:local`, "ARG GLOBAL=g1"] : [],
    stages: [],
    args: {},
    target: undefined,
    noCacheFilter: undefined,
    plain,
    ignore: random.chance(0.6)
      ? ["*.log", "Dockerfile", "**/*.tmp"]
      : ["Dockerfile", ".dockerignore"],
  };
  const count = 1 + random.below(4);
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
  const earlier = project.stages;
  const name = random.chance(0.8) ? `s${index}` : undefined;
  const named = earlier.filter((stage) => stage.name !== undefined && stage.from !== "scratch");
  const from =
    named.length > 0 && random.chance(0.35)
      ? (random.pick(named).name ?? "")
      : random.chance(0.08)
        ? "scratch"
        : random.pick([
            "busybox:local",
            "busybox:local",
            "busybox:local",
            "busybox:env",
            `onbuild:${salt}`,
            ...(project.globals.length > 0 ? ["${BASE}"] : []),
          ]);
  const stage: RandomStage = { name, from, lines: [`WORKDIR /${salt}`] };
  if (from !== "scratch") {
    stage.lines.push(
      `RUN mkdir -p /out /tmp/x && echo ${index} > /out/f && echo ${random.below(3)} > /out/g`,
    );
  }
  const length = 2 + random.below(6);
  for (let line = 0; line < length; line++) {
    stage.lines.push(randomLine(random, project, index, from === "scratch"));
  }
  return stage;
}

export function randomLine(
  random: Random,
  project: RandomProject,
  index: number,
  bare: boolean,
): string {
  for (;;) {
    const line = anyLine(random, project, index, bare);
    if (!project.plain || !/<<|--link|--exclude|--network|size=/.test(line)) {
      return line;
    }
  }
}

function anyLine(random: Random, project: RandomProject, index: number, bare: boolean): string {
  const earlier = project.stages.slice(0, index).filter(({ from }) => from !== "scratch");
  const n = random.below(4);
  const lines: (() => string)[] = [
    () =>
      `COPY ${random.pick(["a.txt", "b.txt a.txt", "dir", "dir/", ".", "*.txt", "dir/*.txt", "src", "src/**", "link.txt", "dirlink", "./a.txt", "/b.txt", "d?r", "[ab].txt", "dir/sub/", "src/lib/three.js"])} ${random.pick(["./", "/app/", "sub/", "/x/y/", "."])}`,
    () =>
      `COPY ${random.pick(["--chown=1000:1000", "--chmod=755", "--chmod=0644", "--chown=0", "--link", "--exclude=*.md", "--exclude=**/*.txt", "--exclude=sub", "--exclude=*.txt --exclude=!a.txt", "--link --chown=7"])} ${random.pick(["dir", ".", "a.txt", "src dir", "*.txt", "dir/*", "*"])} ${random.pick(["./", "/app/", "sub/"])}`,
    () =>
      `COPY <<${random.pick(["EOF", "'EOF'", "-EOF", "END"])} /inline/${n}\n${random.pick(["", "\t"])}text $V ${n}\nEOF`.replace(
        /<<END([^]*)EOF$/,
        "<<END$1END",
      ),
    () => `ADD ${random.pick(["a.txt", "src", "dir/sub"])} ${random.pick(["./", "/added/"])}`,
    () => `WORKDIR ${random.pick(["/w", "/w/", "w", "deep/er", "/", "/w/../v"])}`,
    () => `ENV ${random.pick([`V=${n}`, `E=e${n}`, "V=${E}x", `A=1 B=${n}`, `L ${n} m`])}`,
    () =>
      `ARG ${random.pick(["V", `V=${n}`, "E=arg", "GLOBAL", "TARGETARCH", "UNUSED", `N=${n}`])}`,
    () =>
      random.pick([
        `LABEL l=${n}`,
        `EXPOSE 80${n}`,
        `CMD ["c${n}"]`,
        `ENTRYPOINT e${n}`,
        "STOPSIGNAL 9",
        "VOLUME /vol",
        "HEALTHCHECK NONE",
        `ONBUILD RUN echo ob${n}`,
        `ONBUILD COPY a.txt /ob${n}/`,
      ]),
    () => `# comment ${n}`,
  ];
  if (!bare) {
    lines.push(
      () => `RUN echo ${random.pick(["$V", "${E:-d}", "x", "'y'"])} ${n}`,
      () => `RUN echo one \\\n  ${random.pick(["two", "  two", "# comment\n  two"])} ${n}`,
      () => `RUN ["echo", "${n}"]`,
      () =>
        `RUN <<${random.pick(["EOF", "'EOF'"])}\necho ${n}\n${random.pick(["", "# inner\n"])}EOF`,
      () => `RUN <<EOF\n#!/bin/sh\necho ${n}\nEOF`,
      () => `RUN cat <<EOF ${random.pick(["", "&& echo z"])}\nbody ${n}\nEOF`,
      () =>
        `RUN --mount=${random.pick(["type=bind,source=dir,target=/m", "target=/m", "source=a.txt,target=/m/a", "type=bind,source=src,target=/m,rw", "type=bind,source=link.txt,target=/m/l"])} ${random.pick(["", "--mount=type=bind,source=src,target=/m2"])} echo ${n}`,
      () =>
        `RUN --mount=type=cache,target=/c${random.pick(["", ",id=one", ",id=two", ",sharing=locked", ",uid=5", ",id=/c", ",mode=700"])} echo ${n}`,
      () =>
        `RUN --mount=type=tmpfs,target=/t${random.pick(["", ",size=1m", ",size=2097152"])} echo ${n}`,
      () => `RUN --mount=type=secret,id=s${n} echo`,
      () => `RUN --network=${random.pick(["none", "default"])} echo ${n}`,
      () => `RUN echo ${n} >> /out/${random.pick(["f", "g"])} || true`,
      () => `RUN date +%s%N > /out/${random.pick(["f", "h"])}; : ${n}`,
      () => `USER ${random.pick(["0", "root", "1000", "u", "0:0"])}`,
      () => `SHELL ${random.pick(['["/bin/sh", "-c"]', '["sh", "-e", "-c"]'])}`,
    );
  }
  if (earlier.length > 0) {
    for (let more = 0; more < 4; more++) {
      lines.push(() => {
        const source = random.pick(earlier);
        const where = source.name ?? String(project.stages.indexOf(source));
        return `COPY --from=${where} ${random.pick(["/out/f", "/out/g", "/out", "/out/*", "/out/f /out/g"])} ${random.pick(["./", "/got/"])}`;
      });
    }
    const named = earlier.filter(({ name }) => name !== undefined);
    if (!bare && named.length > 0) {
      lines.push(
        () =>
          `RUN --mount=type=bind,from=${random.pick(named).name ?? ""},source=/out${random.pick(["", "/f", "/g"])},target=/mnt/z echo ${n}`,
      );
    }
  }
  lines.push(() => `COPY --from=busybox:local /etc/${random.pick(["passwd", "group"])} ./`);
  return random.pick(lines)();
}

/** Changes one thing; says what. */
export function change(random: Random, project: RandomProject, files: ContextTools): string {
  const kind = random.below(24);
  const stage = random.pick(project.stages);
  const index = project.stages.indexOf(stage);
  const bare = stage.from === "scratch";
  const body = stage.lines.map((_, line) => line).slice(bare ? 1 : 2);
  const regular = files.paths();
  const path = random.pick(regular);
  if (kind < 4) {
    files.write(path, `${random.below(1_000_000)}\n`);
    return `write ${path}`;
  }
  switch (kind) {
    case 4:
      files.touch(path);
      return `touch ${path}`;
    case 5: {
      const mode = random.pick([0o600, 0o644, 0o755]);
      files.chmod(path, mode);
      return `chmod ${mode.toString(8)} ${path}`;
    }
    case 6: {
      const added = random.pick([
        "new.txt",
        "dir/new.txt",
        "src/new.js",
        "log/y.log",
        "dir/n.tmp",
        "deep/er/file",
        "dir/new.md",
      ]);
      files.write(added, `${random.below(1000)}\n`);
      return `add ${added}`;
    }
    case 7:
      if (!["a.txt", "b.txt", "run.sh", "src/lib/three.js", "dir/sub/c.txt"].includes(path)) {
        files.remove(path);
      }
      return `remove ${path}`;
    case 8:
      if (regular.includes("dir/b.md")) {
        const to = random.pick(["dir/bb.md", "src/b.md", "dir/sub/b.md"]);
        files.rename("dir/b.md", to);
        return `rename dir/b.md to ${to}`;
      }
      return "nothing";
    case 9:
      files.link("link.txt", random.pick(["a.txt", "b.txt"]));
      return "retarget a link";
    case 10:
      project.ignore = random.pick([
        ["*.log"],
        ["Dockerfile"],
        ["*.md", "!c.md"],
        ["**/*.md", "Dockerfile"],
        ["dir/sub", "Dockerfile", ".dockerignore"],
        [],
      ]);
      return "edit .dockerignore";
    case 11:
      project.args = {
        ...project.args,
        [random.pick(["V", "E", "N", "UNUSED", "GLOBAL", "NOPE", "http_proxy"])]: String(
          random.below(3),
        ),
      };
      return `arguments ${JSON.stringify(project.args)}`;
    case 12:
      project.args = {};
      return "no arguments";
    case 13:
      project.target = random.chance(0.5) ? undefined : random.pick(project.stages).name;
      return `target ${project.target ?? ""}`;
    case 14:
      if (body.length > 0) {
        stage.lines.splice(random.pick(body), 1);
      }
      return `remove a line of stage ${index}`;
    case 15:
      stage.lines.splice(
        random.below(body.length + 1) + (bare ? 1 : 2),
        0,
        randomLine(random, project, index, bare),
      );
      return `add a line to stage ${index}`;
    case 16:
      if (body.length > 1) {
        const at = random.pick(body.slice(0, -1));
        stage.lines.splice(at, 2, ...stage.lines.slice(at, at + 2).toReversed());
      }
      return `swap two lines of stage ${index}`;
    case 17:
    case 18:
      if (body.length > 0) {
        stage.lines[random.pick(body)] = randomLine(random, project, index, bare);
      }
      return `replace a line of stage ${index}`;
    case 19:
      stage.lines = stage.lines.map((line) =>
        random.chance(0.5)
          ? line
          : line.replace(/^([A-Z]+) /, (_, word: string) => `  ${word.toLowerCase()}   `),
      );
      return `blanks and case in stage ${index}`;
    case 20:
      if (stage.from.startsWith("busybox")) {
        stage.from = random.pick(["busybox:local", "busybox:env"]);
      }
      return `base of stage ${index} is ${stage.from}`;
    case 21:
      stage.lines.push(random.pick([`LABEL extra=${random.below(9)}`, "# more"]));
      return "metadata";
    case 22:
      project.noCacheFilter = random.chance(0.5) ? stage.name : undefined;
      return `no cache for ${project.noCacheFilter ?? ""}`;
    default:
      return "nothing";
  }
}

export function dockerfileOf(project: RandomProject): string {
  const stages = project.stages.map(({ from, name, lines }) =>
    [`FROM ${from}${name === undefined ? "" : ` AS ${name}`}`, ...lines].join("\n"),
  );
  return `${[...project.globals, ...stages].join("\n")}\n`;
}
