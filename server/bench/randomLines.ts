import type { Random } from "./random.ts";
import type { RandomProject, RandomStage } from "./randomBuild.ts";

/** Where a random instruction is to stand. */
export interface Place {
  readonly project: RandomProject;
  /** Of the stage. */
  readonly index: number;
  /** The stage starts from scratch, so that nothing can be run in it. */
  readonly bare: boolean;
}

/** An instruction that the engine reads, and that mostly does not fail. */
export function randomLine(random: Random, place: Place): string {
  for (;;) {
    const line = anyLine(random, place);
    if (!place.project.plain || !newerSyntax.test(line)) {
      return line;
    }
  }
}

/** What the frontend in Docker 20.10 does not read. */
const newerSyntax =
  /<<|--link|--exclude|--network|--checksum|--unpack|size=|env=|from=extra|from=alias/;

function anyLine(random: Random, place: Place): string {
  const { bare } = place;
  const kind = random.below(100);
  if (kind < 24) {
    return copyLine(random);
  }
  if (kind < 29) {
    return copyHeredoc(random);
  }
  if (kind < 34) {
    return addLine(random, place.project);
  }
  if (kind < 44) {
    return copyFrom(random, place);
  }
  if (kind < 62) {
    return metadataLine(random);
  }
  if (kind < 66) {
    return `WORKDIR ${random.pick(["/w", "/w/", "w", "deep/er", "/", "/w/../v", "/$V", "${E:-e}"])}`;
  }
  return bare ? copyLine(random) : kind < 80 ? runLine(random) : runMount(random, place);
}

const sources = [
  "a.txt",
  "b.txt a.txt",
  "dir",
  "dir/",
  ".",
  "*.txt",
  "dir/*.txt",
  "src",
  "src/**",
  "link.txt",
  "dirlink",
  "dirlink/a.txt",
  "./a.txt",
  "/b.txt",
  "d?r",
  "[ab].txt",
  "[^a].txt",
  "dir/sub/",
  "src/lib/three.js",
  "src/*/*.js",
  "*",
  "dir/*",
  "src dir",
  "run.sh",
  "dir/../c.md",
  "pack.tar",
  "src/lib/../one.js dir/sub/c.txt",
  "l*k.txt",
  "${SRC:-a.txt}",
];
const destinations = ["./", "/app/", "sub/", "/x/y/", ".", "/app/$V/", "/app/.", "../up/"];

function copyLine(random: Random): string {
  const flags: string[] = [];
  const maybe = (probability: number, choices: readonly string[]): void => {
    if (random.chance(probability)) {
      flags.push(random.pick(choices));
    }
  };
  maybe(0.2, ["--chown=1000:1000", "--chown=0", "--chown=web", "--chown=7:web", "--chown=${U:-5}"]);
  maybe(0.15, ["--chmod=755", "--chmod=0644", "--chmod=0755", "--chmod=600"]);
  maybe(0.15, ["--link", "--link=true", "--link=false"]);
  maybe(0.25, [
    "--exclude=*.md",
    "--exclude=**/*.txt",
    "--exclude=sub",
    "--exclude=*.txt --exclude=!a.txt",
    "--exclude=dir/sub",
    "--exclude=**/c.*",
  ]);
  const words = [random.pick(sources), random.pick(destinations)].join(" ");
  return random.chance(0.1)
    ? ["COPY", ...flags, JSON.stringify(words.split(" "))].join(" ")
    : ["COPY", ...flags, words].join(" ");
}

function copyHeredoc(random: Random): string {
  const n = random.below(4);
  const word = random.pick(["EOF", "END"]);
  const opening = random.pick([`<<${word}`, `<<'${word}'`, `<<-${word}`, `<<"${word}"`]);
  const flags = random.pick(["", "", "--chmod=755 ", "--chown=3 ", "--link "]);
  if (random.chance(0.2)) {
    return `COPY ${flags}${opening} <<TWO /inline/\nfirst ${n}\n${word}\nsecond $V\nTWO`;
  }
  const keyword = random.pick(["COPY", "COPY", "ADD"]);
  const source = random.pick(["", "", "a.txt "]);
  return `${keyword} ${flags}${source}${opening} /inline/${source === "" ? n : ""}\n${random.pick(["", "\t"])}text $V \\$E ${n}\n${word}`;
}

function addLine(random: Random, { archive }: RandomProject): string {
  const flags = random.pick(["", "", "--chown=2 ", "--chmod=700 ", "--link ", "--exclude=*.js "]);
  const pinned = `ADD --checksum=sha256:${archive.digest} ${archive.url}${random.pick(["one", "two"])}.txt /got/`;
  return random.pick([
    `ADD ${flags}${random.pick(["a.txt", "src", "dir/sub", "*.md", "link.txt"])} ${random.pick(["./", "/added/"])}`,
    `ADD ${flags}${random.pick(["pack.tar", "pack.tar a.txt", "*.tar"])} /unpacked/`,
    `ADD --unpack=${random.pick(["true", "false"])} pack.tar /unpacked/`,
    ...(archive.url === "" ? [] : [pinned]),
  ]);
}

function sourceStages({ project, index }: Place): RandomStage[] {
  return project.stages.slice(0, index).filter(({ from }) => from !== "scratch");
}

function nameOf(project: RandomProject, stage: RandomStage): string {
  return stage.name ?? String(project.stages.indexOf(stage));
}

function copyFrom(random: Random, place: Place): string {
  const { project } = place;
  const stages = sourceStages(place);
  const flags = random.pick(["", "", "", "--chown=9 ", "--chmod=755 ", "--link ", "--exclude=g "]);
  if (stages.length === 0 || random.chance(0.5)) {
    if (!project.plain && random.chance(0.6)) {
      return random.chance(0.7)
        ? `COPY ${flags}--from=extra ${random.pick(["e.txt", ".", "more/", "*.txt", "more/*"])} ${random.pick(["./", "/extra/"])}`
        : `COPY ${flags}--from=alias /etc/passwd ./`;
    }
    const image = random.pick(["busybox:local", "slipway/base:1.0", "busybox:env"]);
    return `COPY ${flags}--from=${image} /etc/${random.pick(["passwd", "group", "pass*"])} ./`;
  }
  const source = random.pick(stages);
  const where = random.chance(0.2)
    ? String(project.stages.indexOf(source))
    : nameOf(project, source);
  return `COPY ${flags}--from=${where} ${random.pick(["/out/f", "/out/g", "/out", "/out/*", "/out/f /out/g", "out/f"])} ${random.pick(["./", "/got/"])}`;
}

function metadataLine(random: Random): string {
  const n = random.below(4);
  return random.pick([
    `ENV ${random.pick([`V=${n}`, `E=e${n}`, "V=${E}x", `A=1 B=${n}`, `L ${n} m`, `V="$E-$V"`, `SRC=${random.pick(["a.txt", "b.txt"])}`])}`,
    `ARG ${random.pick(["V", `V=${n}`, "E=arg", "GLOBAL", "TARGETARCH", "UNUSED", `N=${n}`, "SRC", "A=1", "TARGETSTAGE", "BUILDPLATFORM", "SOURCE_DATE_EPOCH", "GLOBAL=mine"])}`,
    `USER ${random.pick(["0", "root", "1000", "web", "0:0", "${U:-web}"])}`,
    `SHELL ${random.pick(['["/bin/sh", "-c"]', '["sh", "-e", "-c"]'])}`,
    `LABEL l=${n} "m n"="o ${n}"`,
    `EXPOSE 80${n} 90/udp`,
    `CMD ["c${n}"]`,
    `CMD c${n}`,
    `ENTRYPOINT e${n}`,
    `ENTRYPOINT ["e", "${n}"]`,
    "STOPSIGNAL 9",
    `VOLUME /vol${n}`,
    `HEALTHCHECK --interval=${n + 1}s CMD true`,
    "HEALTHCHECK NONE",
    `MAINTAINER m${n}`,
    `ONBUILD RUN echo ob${n}`,
    `ONBUILD COPY a.txt /ob${n}/`,
    `ONBUILD ENV V=ob${n}`,
    "ONBUILD WORKDIR /onbuild",
    `ONBUILD ARG E=ob${n}`,
    `# comment ${n}`,
    "",
  ]);
}

function runLine(random: Random): string {
  const n = random.below(4);
  return random.pick([
    `RUN echo ${random.pick(["$V", "${E:-d}", "x", "'y'", '"$A  $B"'])} ${n}`,
    `RUN echo one \\\n  ${random.pick(["two", "  two", "# comment\n  two", "\\\n two", "\n two"])} ${n}`,
    `RUN ["echo", "${n}", "$V"]`,
    `RUN ["/bin/sh", "-c", "echo x ${n}"]`,
    `RUN <<${random.pick(["EOF", "'EOF'", "-EOF"])}\necho ${n} $V\n${random.pick(["", "# inner\n", "\techo tab\n"])}EOF`,
    `RUN <<EOF\n#!/bin/sh\necho ${n}\nEOF`,
    `RUN <<EOF cat\nbody ${n}\nEOF`,
    `RUN cat <<EOF ${random.pick(["", "&& echo z"])}\nbody ${n}\nEOF`,
    `RUN cat <<A && cat <<B\none ${n}\nA\ntwo\nB`,
    `RUN --network=${random.pick(["none", "default"])} echo ${n}`,
    `RUN echo ${n} >> /out/${random.pick(["f", "g"])} || true`,
    `RUN date +%s%N > /out/${random.pick(["f", "h"])} || true; : ${n}`,
    `RUN   true ${n}  `,
  ]);
}

function runMount(random: Random, place: Place): string {
  const n = random.below(4);
  const named = sourceStages(place).filter(({ name }) => name !== undefined);
  const mount = (): string => {
    const kind = random.below(named.length > 0 ? 8 : 7);
    switch (kind) {
      case 0:
      case 1:
        return random.pick([
          "type=bind,source=dir,target=/m",
          "target=/m",
          "source=a.txt,target=/n/a",
          "type=bind,source=src,target=/m,rw",
          "type=bind,source=link.txt,target=/n/l",
          "type=bind,src=/dir/sub,dst=m",
          "type=bind,source=.,target=/m,ro=true",
          "type=bind,source=dirlink,destination=/m",
        ]);
      case 2:
        return `type=cache,target=/c${random.pick(["", ",id=one", ",id=two", ",sharing=locked", ",sharing=private", ",uid=5", ",id=/c", ",mode=700", ",ro", ",gid=7"])}`;
      case 3:
        return `type=tmpfs,target=/t${random.pick(["", ",size=1m", ",size=2097152"])}`;
      case 4:
        return `type=secret,id=s${n}${random.pick(["", ",target=/s", ",mode=0444", ",uid=3", ",env=SECRET", ",required=false"])}`;
      case 5:
        return `type=ssh${random.pick(["", ",id=other", ",target=/agent", ",required=false"])}`;
      case 6:
        return random.pick([
          "from=busybox:local,source=/etc,target=/mnt/i",
          "type=cache,from=busybox:local,source=/etc,target=/ce",
          "from=extra,target=/mnt/e",
          "from=extra,source=more,target=/mnt/e",
          "from=alias,source=/etc,target=/mnt/a",
        ]);
      default:
        return `type=bind,from=${random.pick(named).name ?? ""},source=/out${random.pick(["", "/f", "/g"])},target=/mnt/z`;
    }
  };
  const mounts = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, mount);
  // Two mounts at one place are refused.
  const places = new Map(
    mounts.map((each) => [/(?:target|destination|dst)=([^,]*)/.exec(each)?.[1] ?? each, each]),
  );
  const flags = [...places.values()].map((each) => `--mount=${each}`).join(" ");
  return `RUN ${flags} ${random.pick([`echo ${n}`, `ls / > /dev/null; : ${n}`])}`;
}
