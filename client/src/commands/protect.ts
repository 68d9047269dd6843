import * as vscode from "vscode";
import type { Prompts } from "./prompts.ts";

/**
 * The same prompts, but what destroys something on a protected engine is
 * confirmed by typing its context's name as well. `context` is the one that
 * commands work with now; a confirmation may name another.
 */
export function protectedPrompts(
  prompts: Prompts,
  context: string | undefined,
  isProtected: (context: string) => boolean,
): Prompts {
  return {
    ...prompts,
    async confirm(confirmation) {
      const name = confirmation.context ?? context;
      if (!(await prompts.confirm(confirmation))) {
        return false;
      }
      if (name === undefined || !isProtected(name)) {
        return true;
      }
      const typed = await prompts.input({
        title: confirmation.question,
        prompt: vscode.l10n.t("The context {0} is protected. Type its name to go on.", name),
        ignoreFocusOut: true,
        validateInput: (text) =>
          text === "" || text === name ? undefined : vscode.l10n.t("Type {0}.", name),
      });
      return typed === name;
    },
  };
}
