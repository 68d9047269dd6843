/** The part of Node's `WebAssembly` that is used here; Node's types do not describe it. */
export interface WebAssemblyGlobal {
  compile(bytes: Uint8Array): Promise<WebAssembly.Module>;
  instantiate(
    module: WebAssembly.Module,
    imports: Readonly<Record<string, object>>,
  ): Promise<{ readonly exports: object }>;
  readonly Module: {
    imports(
      module: WebAssembly.Module,
    ): readonly { readonly module: string; readonly name: string }[];
  };
}

export function webAssembly(): WebAssemblyGlobal {
  return Reflect.get(globalThis, "WebAssembly") as WebAssemblyGlobal;
}
