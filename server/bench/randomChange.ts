import type { Random } from "./random.ts";
import { randomLine } from "./randomLines.ts";
import { type RandomProject, type RandomStage, type Subject, tarOf } from "./randomBuild.ts";

/** Changes one thing; says what. */
export function change(random: Random, subject: Subject): string {
  const kind = random.below(100);
  return kind < 45
    ? changeFiles(random, subject)
    : kind < 80
      ? changeStage(random, subject.project)
      : changeBuild(random, subject.project);
}

/** Files that Dockerfiles name, without which most builds would fail. */
const needed = new Set([
  "a.txt",
  "b.txt",
  "run.sh",
  "src/lib/three.js",
  "dir/sub/c.txt",
  "pack.tar",
]);

function changeFiles(random: Random, { files, extra }: Subject): string {
  const regular = files.paths();
  const path = random.pick(regular);
  switch (random.below(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      files.write(path, path === "pack.tar" ? archive(random) : `${random.below(1_000_000)}\n`);
      return `write ${path}`;
    case 5:
      files.touch(path);
      return `touch ${path}`;
    case 6:
    case 7: {
      const mode = random.pick([0o600, 0o644, 0o755, 0o4755, 0o444]);
      files.chmod(path, mode);
      return `chmod ${mode.toString(8)} ${path}`;
    }
    case 8: {
      const folder = random.pick(files.directories());
      const mode = random.pick([0o700, 0o755, 0o775]);
      files.chmod(folder, mode);
      return `chmod ${mode.toString(8)} ${folder}`;
    }
    case 9:
    case 10: {
      const added = random.pick([
        "new.txt",
        "dir/new.txt",
        "src/new.js",
        "log/y.log",
        "dir/n.tmp",
        "deep/er/file",
        "dir/new.md",
        "dir/sub/deeper/x.txt",
      ]);
      files.write(added, `${random.below(1000)}\n`);
      return `add ${added}`;
    }
    case 11: {
      const folder = random.pick(["empty", "dir/empty", "src/lib/empty"]);
      files.makeDirectory(folder);
      return `make ${folder}`;
    }
    case 12:
    case 13:
      if (!needed.has(path)) {
        files.remove(path);
      }
      return `remove ${path}`;
    case 14:
      if (regular.includes("dir/b.md")) {
        const to = random.pick(["dir/bb.md", "src/b.md", "dir/sub/b.md"]);
        files.rename("dir/b.md", to);
        return `rename dir/b.md to ${to}`;
      }
      return "nothing";
    case 15: {
      const [from, to] = random.pick([
        ["src/lib", "src/lob"],
        ["src/lob", "src/lib"],
        ["dir/sub", "src/sub"],
        ["src/sub", "dir/sub"],
      ] as const);
      const exists = (folder: string): boolean => files.directories().includes(folder);
      if (exists(from) && !exists(to)) {
        files.rename(from, to);
        return `rename ${from} to ${to}`;
      }
      return "nothing";
    }
    case 16:
      files.link("link.txt", random.pick(["a.txt", "b.txt", "dir/a.txt", "dir/../c.md"]));
      return "retarget a link";
    case 17:
      if (path === "c.md" || path.startsWith("src/")) {
        files.link(path, random.pick(["/a.txt", "b.txt", "nowhere"]));
        return `make ${path} a link`;
      }
      return "nothing";
    default: {
      const other = random.pick(["e.txt", "more/m.txt", "more/new.txt", "more/left.out"]);
      if (random.chance(0.3)) {
        extra.touch("e.txt");
        return "touch e.txt in the named context";
      }
      extra.write(other, `${random.below(1000)}\n`);
      return `write ${other} in the named context`;
    }
  }
}

function archive(random: Random): string {
  return tarOf(random.pick(["packed.txt", "p/packed.txt"]), `packed ${random.below(1000)}\n`);
}

function changeStage(random: Random, project: RandomProject): string {
  const stage = random.pick(project.stages);
  const index = project.stages.indexOf(stage);
  const bare = stage.from === "scratch";
  const first = bare ? 1 : 2;
  const body = stage.lines.map((_, line) => line).slice(first);
  const lines = (): string => randomLine(random, { project, index, bare });
  switch (random.below(17)) {
    case 0:
    case 1:
      if (body.length > 0) {
        stage.lines.splice(random.pick(body), 1);
      }
      return `remove a line of stage ${index}`;
    case 2:
    case 3:
      stage.lines.splice(random.below(body.length + 1) + first, 0, lines());
      return `add a line to stage ${index}`;
    case 4:
      if (body.length > 1) {
        const at = random.pick(body.slice(0, -1));
        stage.lines.splice(at, 2, ...stage.lines.slice(at, at + 2).toReversed());
      }
      return `swap two lines of stage ${index}`;
    case 5:
    case 6:
    case 7:
      if (body.length > 0) {
        stage.lines[random.pick(body)] = lines();
      }
      return `replace a line of stage ${index}`;
    case 8:
      stage.lines = stage.lines.map((line) =>
        random.chance(0.5)
          ? line
          : line.replace(/^([A-Z]+) /, (_, word: string) => `  ${word.toLowerCase()}   `),
      );
      return `blanks and case in stage ${index}`;
    case 9:
      if (stage.from.startsWith("busybox") || stage.from.startsWith("slipway")) {
        stage.from = random.pick(["busybox:local", "busybox:env", "slipway/base:1.0"]);
      }
      return `base of stage ${index} is ${stage.from}`;
    case 10:
      stage.lines.push(random.pick([`LABEL extra=${random.below(9)}`, "# more", "\n# apart"]));
      return "metadata";
    case 11:
      stage.lines = stage.lines.map((line) =>
        random.chance(0.5)
          ? line.replace(/^RUN echo (\w+) (\d)$/, 'RUN ["/bin/sh", "-c", "echo $1 $2"]')
          : line,
      );
      return `exec form in stage ${index}`;
    case 12:
      return rename(random, project, stage);
    case 13:
      stage.lines = stage.lines.map((line) => line.replace(/\$V\b/, "${V}"));
      return `braces in stage ${index}`;
    case 14:
      stage.lines = stage.lines.map((line) =>
        random.chance(0.4) ? line.replace(/ ([0-3])$/, () => ` ${random.below(4)}`) : line,
      );
      return `numbers in stage ${index}`;
    case 15:
      if (body.length > 0) {
        stage.lines.push(stage.lines[random.pick(body)] ?? "");
      }
      return `repeat a line of stage ${index}`;
    default:
      stage.lines = stage.lines.map((line) =>
        random.chance(0.3)
          ? line.replace(/ (--[a-z]+=[^ <]+) (--[a-z]+=[^ <]+) /, " $2 $1 ")
          : line,
      );
      return `order of flags in stage ${index}`;
  }
}

/** Gives a stage another name, and changes what refers to it. */
function rename(random: Random, project: RandomProject, stage: RandomStage): string {
  const { name } = stage;
  if (name === undefined || name in project.images) {
    return "nothing";
  }
  const next = name.endsWith("x") ? name.slice(0, -1) : `${name}x`;
  stage.name = next;
  for (const each of project.stages) {
    if (each.from === name) {
      each.from = next;
    }
    each.lines = each.lines.map((line) =>
      line
        .replaceAll(`from=${name} `, `from=${next} `)
        .replaceAll(`from=${name},`, `from=${next},`),
    );
  }
  if (project.target === name) {
    project.target = random.chance(0.5) ? next : undefined;
  }
  return `rename ${name} to ${next}`;
}

function changeBuild(random: Random, project: RandomProject): string {
  switch (random.below(14)) {
    case 0:
      project.ignore = random.pick([
        ["*.log"],
        ["*Dockerfile"],
        ["*.md", "!c.md", "# comment"],
        ["**/*.md", "*Dockerfile", ""],
        ["dir/sub", "*Dockerfile", ".dockerignore"],
        ["*", "!*.txt", "!dir", "!src", "!run.sh", "!pack.tar", "dir/sub/../b.md"],
        ["**/sub", "!dir/sub/c.txt"],
        [],
      ]);
      return "edit .dockerignore";
    case 1:
      project.ownIgnore = random.pick([undefined, ["*Dockerfile*", "**/*.log"], ["src/two.js"]]);
      return "edit the Dockerfile's own ignore file";
    case 2:
    case 3:
    case 4: {
      const name = random.pick([
        "V",
        "E",
        "N",
        "UNUSED",
        "GLOBAL",
        "NOPE",
        "http_proxy",
        "SRC",
        "U",
        "A",
        "TARGETARCH",
        "BUILDKIT_SANDBOX_HOSTNAME",
        "BUILDKIT_CACHE_MOUNT_NS",
        "SOURCE_DATE_EPOCH",
      ]);
      const value = name === "SRC" ? random.pick(["a.txt", "b.txt"]) : String(random.below(3));
      project.args = { ...project.args, [name]: value };
      return `arguments ${JSON.stringify(project.args)}`;
    }
    case 5:
      project.args = {};
      return "no arguments";
    case 6:
    case 7: {
      const stage = random.pick(project.stages);
      project.target = random.chance(0.4)
        ? undefined
        : random.chance(0.2)
          ? String(project.stages.indexOf(stage))
          : stage.name;
      return `target ${project.target ?? ""}`;
    }
    case 8:
      project.noCache = random.chance(0.3) ? true : [random.pick(project.stages).name ?? "none"];
      return `no cache for ${String(project.noCache)}`;
    case 9:
      project.options = random.pick<RandomProject["options"]>([
        {},
        {},
        { network: "none" },
        { addHost: `h${random.below(2)}:10.0.0.${random.below(3)}` },
        { shmSize: 32 },
        { ulimit: "nofile=100:100" },
        { cgroupParent: "/slipway" },
      ]);
      return `options ${JSON.stringify(project.options)}`;
    case 10:
      project.secret = String(random.below(9));
      return "another secret";
    case 11:
      project.windows = !project.windows && random.chance(0.3);
      return "line ends";
    case 12:
      project.directives = random.pick([[], ["# check=skip=all"], ["# escape=\\"]]);
      return "directives";
    default:
      project.globals = project.globals.map((line) =>
        line.replace(/GLOBAL=\w+/, `GLOBAL=g${random.below(3)}`),
      );
      return "global arguments";
  }
}
