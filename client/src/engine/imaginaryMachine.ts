import { dirname } from "node:path";
import type { Machine, SocketState } from "./machine.ts";

export interface Imagined {
  readonly platform?: NodeJS.Platform;
  readonly environment?: Readonly<Record<string, string>>;
  readonly home?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly sockets?: Readonly<Record<string, SocketState>>;
  readonly programs?: readonly string[];
  /** What a program answers to its arguments and input. */
  readonly answers?: Readonly<Record<string, (args: readonly string[], input: string) => string>>;
}

/** A machine for tests that has what is named and nothing else. */
export function imaginaryMachine(imagined: Imagined): Machine {
  const {
    platform = "linux",
    environment = {},
    home = "/home/me",
    files = {},
    sockets = {},
    programs = [],
  } = imagined;
  const paths = [...Object.keys(files), ...Object.keys(sockets)];
  return {
    platform,
    environment,
    home,
    readText: async (path) => files[path],
    list: async (folder) => [
      ...new Set(
        paths
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""),
      ),
    ],
    exists: async (path) => paths.some((each) => each === path || dirname(each) === path),
    probe: async (path) => sockets[path] ?? "absent",
    hasProgram: async (name) => programs.includes(name),
    async run(program, args, input) {
      const answer = imagined.answers?.[program];
      if (answer === undefined) {
        throw new Error(`There is no ${program}.`);
      }
      return { code: 0, output: answer(args, input) };
    },
  };
}
