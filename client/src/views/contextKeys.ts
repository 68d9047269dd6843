import * as vscode from "vscode";

/** Context keys of this extension that `when` clauses ask for. */
export type ContextKey =
  | "slipway.engine"
  | "slipway.canStartEngine"
  /** There is more than one docker context. */
  | "slipway.contexts.several"
  | "slipway.containers.filtered"
  /** Stopped containers are left out. */
  | "slipway.containers.hides"
  | "slipway.images.filtered"
  /** Dangling images are left out. */
  | "slipway.images.hides";

/** Sets context keys, each only when its value is another than before: every change evaluates all menus again. */
export class ContextKeys {
  readonly #values = new Map<ContextKey, string | boolean>();

  get(key: ContextKey): string | boolean | undefined {
    return this.#values.get(key);
  }

  set(key: ContextKey, value: string | boolean): void {
    if (this.#values.get(key) !== value) {
      this.#values.set(key, value);
      void vscode.commands.executeCommand("setContext", key, value);
    }
  }
}
