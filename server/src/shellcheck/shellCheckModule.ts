import { webAssembly } from "./webAssembly.ts";

/**
 * ShellCheck as WebAssembly: a program in Haskell that exports one function. Its runtime asks for a
 * few calls of WASI, none of which reaches out of this module, and for functions that hold JavaScript
 * values for it (the JavaScript FFI of GHC's WebAssembly backend:
 * https://downloads.haskell.org/ghc/latest/docs/users_guide/wasm.html#javascript-ffi-in-the-wasm-backend).
 */
export interface ShellCheckModule {
  /** Its answer in JSON about a script, whose `#!` line names the shell. */
  lint(script: string, options: { readonly exclude: readonly number[] }): Promise<string>;
  /** Bytes that it has taken; it gives none back. */
  memorySize(): number;
}

/** Starts a compiled module. Rejects when it is not the one that this was written for. */
export async function startShellCheck(module: WebAssembly.Module): Promise<ShellCheckModule> {
  const runtime: { exports?: Exports } = {};
  const exported = (): Exports => {
    if (runtime.exports === undefined) {
      throw new Error("ShellCheck is not started.");
    }
    return runtime.exports;
  };
  const instance = await webAssembly().instantiate(module, {
    wasi_snapshot_preview1: wasi(exported),
    ghc_wasm_jsffi: foreignFunctions(module, exported),
  });
  const exports = readExports(instance.exports);
  runtime.exports = exports;
  // Both, and in this order: without the first the C library's memory is not set up, and it breaks after some scripts.
  exports._initialize();
  exports.hs_init(0, 0);
  return {
    lint: async (script, options) =>
      exports.lintWithOptions(script, JSON.stringify({ ...options, severity: "style" })),
    memorySize: () => exports.memory.buffer.byteLength,
  };
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  hs_init(argumentCount: number, argumentVector: number): void;
  lintWithOptions(script: string, options: string): Promise<string>;
  rts_schedulerLoop(): void;
  rts_promiseResolveUnit(pointer: number): void;
  rts_promiseReject(pointer: number, error: unknown): void;
  rts_promiseThrowTo(pointer: number, error: unknown): void;
  rts_freeStablePtr(pointer: number): void;
}

const functionNames = [
  "_initialize",
  "hs_init",
  "lintWithOptions",
  "rts_schedulerLoop",
  "rts_promiseResolveUnit",
  "rts_promiseReject",
  "rts_promiseThrowTo",
  "rts_freeStablePtr",
] as const;

function readExports(found: object): Exports {
  if (!isComplete(found)) {
    throw new Error(
      "The WebAssembly file is not the ShellCheck that this version of Slipway knows.",
    );
  }
  return found;
}

function isComplete(found: object): found is Exports {
  return (
    typeof Reflect.get(found, "memory") === "object" &&
    functionNames.every((name) => typeof Reflect.get(found, name) === "function")
  );
}

type Functions = Record<string, (...parameters: never[]) => unknown>;

/** Errors of WASI. */
const errno = { success: 0, badDescriptor: 8, notSupported: 52 } as const;

/** No arguments, no environment, no files: only the clock is real. */
function wasi(exported: () => Exports): Functions {
  const view = (): DataView => new DataView(exported().memory.buffer);
  const noList = (count: number, size: number): number => {
    view().setUint32(count, 0, true);
    view().setUint32(size, 0, true);
    return errno.success;
  };
  return {
    args_sizes_get: noList,
    args_get: () => errno.success,
    environ_sizes_get: noList,
    environ_get: () => errno.success,
    clock_time_get: (_clock: number, _precision: bigint, time: number) => {
      view().setBigUint64(
        time,
        BigInt(Math.round(performance.now() * nanosecondsPerMillisecond)),
        true,
      );
      return errno.success;
    },
    proc_exit: (code: number) => {
      throw new Error(`ShellCheck has ended with code ${code}.`);
    },
    // What the runtime says before it ends; the exit code is enough.
    fd_write: (_file: number, pieces: number, count: number, written: number) => {
      let size = 0;
      for (let index = 0; index < count; index++) {
        size += view().getUint32(pieces + index * 8 + 4, true);
      }
      view().setUint32(written, size, true);
      return errno.success;
    },
    fd_close: noFile,
    fd_fdstat_get: noFile,
    fd_fdstat_set_flags: noFile,
    fd_filestat_get: noFile,
    fd_filestat_set_size: noFile,
    fd_prestat_get: noFile,
    fd_prestat_dir_name: noFile,
    fd_read: noFile,
    fd_seek: noFile,
    path_create_directory: refused,
    path_filestat_get: refused,
    path_open: refused,
    poll_oneoff: refused,
  };
}

function noFile(): number {
  return errno.badDescriptor;
}

function refused(): number {
  return errno.notSupported;
}

const nanosecondsPerMillisecond = 1e6;

/** A promise that the module settles from the outside. */
interface OpenPromise extends Promise<unknown> {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  throwTo?(error: unknown): void;
}

/**
 * What the module imports of JavaScript. It names these functions by their order in the Haskell modules
 * that ask for them, so they belong to this one build.
 */
function foreignFunctions(module: WebAssembly.Module, exported: () => Exports): Functions {
  const values = new Map<number, unknown>();
  let last = 0;
  const get = (key: number): unknown => {
    if (!values.has(key)) {
      throw new Error(`ShellCheck asks for value ${key}, which is gone.`);
    }
    return values.get(key);
  };
  const bytes = (at: number, length: number): Uint8Array =>
    new Uint8Array(exported().memory.buffer, at, length);
  const named: Functions = {
    newJSVal: (value: unknown) => {
      last++;
      values.set(last, value);
      return last;
    },
    getJSVal: get,
    freeJSVal: (key: number) => {
      values.delete(key);
    },
    scheduleWork: () => setImmediate(() => exported().rts_schedulerLoop()),
  };
  const byOrder: Readonly<Record<string, Functions[string]>> = {
    "Exports 0": (promise: OpenPromise, error: unknown) => promise.reject(new Error(String(error))),
    "Exports 18": (promise: OpenPromise, value: unknown) => promise.resolve(value),
    "Exports 20": (promise: OpenPromise) => {
      promise.throwTo = () => undefined;
    },
    "Exports 21": (promise: OpenPromise, pointer: number) => {
      promise.throwTo = (error) => exported().rts_promiseThrowTo(pointer, error);
    },
    "Exports 22": openPromise,
    "Types 0": String,
    "Types 1": (at: number, length: number) => new TextDecoder().decode(bytes(at, length)),
    "Types 2": (text: string, at: number, length: number) =>
      new TextEncoder().encodeInto(text, bytes(at, length)).written,
    "Types 3": (text: string) => text.length,
    "Types 4": () => undefined,
    "Imports 18": (promise: Promise<unknown>, pointer: number) =>
      promise.then(
        () => exported().rts_promiseResolveUnit(pointer),
        (error: unknown) => exported().rts_promiseReject(pointer, error),
      ),
    "Internal 0": async (microseconds: number) =>
      new Promise((resolve) => setTimeout(resolve, microseconds / 1000)),
  };
  const functions: Functions = { ...named };
  for (const { module: from, name } of webAssembly().Module.imports(module)) {
    // ZC0ZCghczminternalZCGHCziInternalziWasmziPrimziExportsZC: the number, and the last part of the module's name.
    const [, order, part] = /^ZC(\d+)ZC.*zi(\w+)ZC$/.exec(name) ?? [];
    const found = byOrder[`${part} ${order}`];
    if (from === "ghc_wasm_jsffi" && found !== undefined) {
      functions[name] = found;
    }
  }
  return functions;
}

function openPromise(): OpenPromise {
  let settle: Pick<OpenPromise, "resolve" | "reject"> | undefined;
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  return Object.assign(promise, settle);
}
