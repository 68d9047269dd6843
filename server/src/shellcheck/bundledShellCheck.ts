import { join } from "node:path";
import type { WasmShellCheckOptions } from "./wasmShellCheck.ts";

/** Where esbuild puts ShellCheck and what runs it, below the folder of the server's bundle. */
export function bundledShellCheck(serverFolder: string): WasmShellCheckOptions {
  return {
    workerFile: join(serverFolder, "shellCheckWorker.js"),
    wasmFile: join(serverFolder, "shellcheck", "shellcheck.wasm"),
  };
}
