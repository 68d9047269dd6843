import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import type { Commit, ProjectHistory, TrackedFile } from "./projectHistory.ts";

/** Why there is no history, in words for the user. */
export class NoHistory extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NoHistory";
  }
}

/**
 * Reads the last commits of the branch that is checked out, along first parents, by the system's own `git`.
 * A shallow clone or a young project has fewer. Runs nothing that the repository configures. Rejects with
 * NoHistory where there is no git or no repository, and with the signal's reason when it is aborted.
 *
 * @param folder The build context: an absolute path, which may be a folder in the repository.
 * @param most How many commits at most; at least 1.
 */
export async function gitHistory(
  folder: string,
  most: number,
  signal?: AbortSignal,
): Promise<ProjectHistory> {
  const git = new Git(folder, signal);
  const prefix = (await git.text(["rev-parse", "--show-prefix"])).replace(/\r?\n$/, "");
  const commits = await readLog(git, prefix, most);
  const [oldest] = commits;
  if (oldest === undefined) {
    throw new NoHistory("The repository has no commits yet.");
  }
  // The oldest one has nothing before it here: it is what the others begin with.
  const start = await readTree(git, prefix, oldest.id);
  const later = commits.slice(1);
  const links = [...start.values(), ...later.flatMap(({ changes }) => [...changes.values()])];
  const targets = await readTargets(git, links);
  const resolved = (file: TrackedFile): TrackedFile =>
    file.kind === "symlink" ? { ...file, target: targets.get(file.content) ?? "" } : file;
  return {
    start: new Map([...start].map(([path, file]) => [path, resolved(file)])),
    commits: later.map((commit) => ({
      ...commit,
      changes: new Map(
        [...commit.changes].map(([path, file]) => [
          path,
          file === undefined ? undefined : resolved(file),
        ]),
      ),
    })),
  };
}

/** The id of the commit that is checked out; `undefined` where there is none. */
export async function gitHead(folder: string, signal?: AbortSignal): Promise<string | undefined> {
  const text = await new Git(folder, signal).text(["rev-parse", "--verify", "--quiet", "HEAD"]);
  return text.trim() || undefined;
}

/** Oldest first, one more than `most` if there are so many. */
async function readLog(git: Git, prefix: string, most: number): Promise<Commit[]> {
  // https://git-scm.com/docs/git-log: with -z a commit ends with NUL, and so does each part of its raw diff.
  const fields = git.fields([
    "log",
    "--first-parent",
    "-m",
    `--max-count=${most + 1}`,
    "--raw",
    "--no-abbrev",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
    "-z",
    `--format=${mark}%H %ct %s`,
  ]);
  const commits: Commit[] = [];
  let changes = new Map<string, TrackedFile | undefined>();
  let status: string | undefined;
  for await (const field of fields) {
    if (status !== undefined) {
      if (field.startsWith(prefix)) {
        changes.set(field.slice(prefix.length), changedFile(status));
      }
      status = undefined;
      continue;
    }
    const text = field.replace(/^\n/, "");
    if (text.startsWith(mark)) {
      const [id = "", time = "", ...subject] = text.slice(mark.length).trimEnd().split(" ");
      changes = new Map();
      commits.push({ id, time: Number(time) * 1000, subject: subject.join(" "), changes });
    } else if (text.startsWith(":")) {
      status = text;
    }
  }
  return commits.reverse();
}

/** Stands in no id and in front of every commit. */
const mark = "commit ";

/** From `:100644 100755 <old> <new> M`; `undefined` for a file that is gone. */
function changedFile(status: string): TrackedFile | undefined {
  const [, mode = "", , content = ""] = status.split(" ");
  const kind = kindOf(mode);
  return kind === undefined ? undefined : { kind, content };
}

async function readTree(
  git: Git,
  prefix: string,
  commit: string,
): Promise<Map<string, TrackedFile>> {
  const files = new Map<string, TrackedFile>();
  const tree = prefix === "" ? commit : `${commit}:${prefix}`;
  const isThere = prefix === "" || (await git.succeeds(["cat-file", "-e", tree]));
  if (!isThere) {
    return files;
  }
  // https://git-scm.com/docs/git-ls-tree: <mode> <type> <object> TAB <path>
  for await (const entry of git.fields(["ls-tree", "-r", "-z", "--full-tree", tree])) {
    const tab = entry.indexOf("\t");
    const [mode = "", , content = ""] = entry.slice(0, tab).split(" ");
    const kind = kindOf(mode);
    if (kind !== undefined && tab !== -1) {
      files.set(entry.slice(tab + 1), { kind, content });
    }
  }
  return files;
}

function kindOf(mode: string): TrackedFile["kind"] | undefined {
  switch (mode) {
    case "100644":
    case "100664":
      return "file";
    case "100755":
      return "executable";
    case "120000":
      return "symlink";
    case "160000":
      return "submodule";
    default:
      return undefined;
  }
}

/** What the symlinks hold, by the ids of their contents. */
async function readTargets(
  git: Git,
  files: readonly (TrackedFile | undefined)[],
): Promise<Map<string, string>> {
  const ids = new Set(files.flatMap((file) => (file?.kind === "symlink" ? [file.content] : [])));
  const targets = new Map<string, string>();
  if (ids.size === 0) {
    return targets;
  }
  // https://git-scm.com/docs/git-cat-file: <object> SP <type> SP <size> LF <contents> LF
  const answer = await git.bytes(["cat-file", "--batch"], [...ids].map((id) => `${id}\n`).join(""));
  for (let at = 0; at < answer.length;) {
    const lineEnd = answer.indexOf("\n", at);
    if (lineEnd === -1) {
      break;
    }
    const [id = "", type = "", size = ""] = answer.toString("utf8", at, lineEnd).split(" ");
    at = lineEnd + 1;
    if (type === "blob") {
      targets.set(id, answer.toString("utf8", at, at + Number(size)));
      at += Number(size) + 1;
    }
  }
  return targets;
}

/** The system's `git` in one folder. */
class Git {
  readonly #folder: string;
  readonly #signal: AbortSignal | undefined;

  constructor(folder: string, signal: AbortSignal | undefined) {
    this.#folder = folder;
    this.#signal = signal;
  }

  /** What it prints, parted at NUL characters; may hold a line more than is asked for. */
  async *fields(args: readonly string[]): AsyncGenerator<string> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of this.#run(args)) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split("\0");
      rest = parts.pop() ?? "";
      yield* parts;
    }
    if (rest !== "") {
      yield rest;
    }
  }

  async text(args: readonly string[]): Promise<string> {
    return (await this.bytes(args)).toString("utf8");
  }

  async bytes(args: readonly string[], input = ""): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#run(args, input)) {
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  async succeeds(args: readonly string[]): Promise<boolean> {
    try {
      await this.text(args);
      return true;
    } catch (error) {
      if (error instanceof NoHistory) {
        return false;
      }
      throw error;
    }
  }

  async *#run(args: readonly string[], input = ""): AsyncGenerator<Buffer> {
    this.#signal?.throwIfAborted();
    // A file system monitor is a program that the repository may name.
    const safe = ["--no-optional-locks", "--no-pager", "-c", "core.fsmonitor=false"];
    const child = spawn("git", [...safe, ...args], {
      cwd: this.#folder,
      env: { ...ownEnvironment(), LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" },
      stdio: "pipe",
      windowsHide: true,
    });
    const abort = (): void => {
      child.kill();
    };
    this.#signal?.addEventListener("abort", abort, { once: true });
    const failed = new Promise<Error>((resolve) => {
      child.once("error", resolve);
    });
    const ended = once(child, "close").catch(() => []);
    const complaint = textOf(child.stderr);
    // A program that ends early reads no more; its exit code tells.
    child.stdin.on("error", () => undefined).end(input);
    try {
      for await (const chunk of child.stdout) {
        yield Buffer.from(chunk);
      }
      const outcome = await Promise.race([ended, failed]);
      this.#signal?.throwIfAborted();
      if (outcome instanceof Error) {
        throw new NoHistory(`git cannot be run: ${outcome.message}.`, { cause: outcome });
      }
      if (outcome[0] !== 0) {
        const [line = ""] = (await complaint).split("\n");
        throw new NoHistory(line.replace(/^fatal: /, "git says: "));
      }
    } finally {
      this.#signal?.removeEventListener("abort", abort);
      child.kill();
    }
  }
}

/** Without what tells git of another repository, as a hook does that an editor is started from. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { GIT_DIR: _d, GIT_WORK_TREE: _w, GIT_INDEX_FILE: _i, ...others } = process.env;
  return others;
}

async function textOf(stream: Readable): Promise<string> {
  let all = "";
  try {
    for await (const chunk of stream) {
      all = (all + String(chunk)).slice(0, 10_000);
    }
  } catch {
    // It ended with the program.
  }
  return all;
}
