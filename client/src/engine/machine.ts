import { spawn } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { connect } from "node:net";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** What stands at the path of a socket or a named pipe. */
export type SocketState = "listening" | "no-permission" | "silent" | "absent";

/** What the engine layer asks of the computer that it runs on; tests put another in its place. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** `undefined` when the file is not there or cannot be read. */
  readText(path: string): Promise<string | undefined>;
  /** Names in a folder; none when it cannot be read. */
  list(folder: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  /** Connects and closes again; sends nothing. */
  probe(socketPath: string): Promise<SocketState>;
  /** Whether a program is on the PATH. */
  hasProgram(name: string): Promise<boolean>;
  /** Runs a program with `input` as its standard input; rejects when it cannot be started. */
  run(
    program: string,
    args: readonly string[],
    input: string,
  ): Promise<{ readonly code: number; readonly output: string }>;
}

export const realMachine: Machine = {
  platform: process.platform,
  environment: process.env,
  home: homedir(),
  async readText(path) {
    try {
      return await readFile(path, "utf8");
    } catch {
      return undefined;
    }
  },
  async list(folder) {
    try {
      return await readdir(folder);
    } catch {
      return [];
    }
  },
  exists,
  probe,
  async hasProgram(name) {
    const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
    const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
    const found = await Promise.all(
      folders.flatMap((folder) => endings.map((ending) => exists(join(folder, name + ending)))),
    );
    return found.includes(true);
  },
  run: (program, args, input) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        stdio: ["pipe", "pipe", "ignore"],
        windowsHide: true,
        timeout: 60_000,
      });
      let output = "";
      child.once("error", reject);
      child.stdin.on("error", () => undefined);
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
      child.once("close", (code) => resolve({ code: code ?? 1, output }));
      child.stdin.end(input);
    }),
};

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

function probe(socketPath: string): Promise<SocketState> {
  return new Promise((resolve) => {
    const socket = connect({ path: socketPath });
    const settle = (state: SocketState): void => {
      socket.destroy();
      resolve(state);
    };
    socket.setTimeout(2_000, () => settle("silent"));
    socket.once("connect", () => settle("listening"));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EACCES" || error.code === "EPERM") {
        settle("no-permission");
      } else {
        settle(error.code === "ENOENT" || error.code === "ENOTDIR" ? "absent" : "silent");
      }
    });
  });
}
