import * as vscode from "vscode";
import type { Container } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";
import { stateText } from "../presentation/containerState.ts";
import { LogLines, terminalText } from "../presentation/logLines.ts";
import type { CurrentEngine } from "../views/currentEngine.ts";

/**
 * A terminal that follows a container's log, with the colors that the program
 * writes. It goes on when the container is started again, without repeating
 * lines, until the container is removed or the terminal closed.
 */
export function openLogTerminal(
  current: CurrentEngine,
  container: Container,
  options: { readonly tail: number; readonly log: vscode.LogOutputChannel },
): vscode.Terminal {
  const output = new vscode.EventEmitter<string>();
  const closing = new AbortController();
  const follow = async (): Promise<void> => {
    const unwatch = current.watch();
    try {
      await followLog(current, container, options.tail, closing.signal, (text) => {
        output.fire(terminalText(text));
      });
    } catch (error) {
      if (error instanceof EngineError) {
        if (!closing.signal.aborted) {
          output.fire(note(error.message));
        }
      } else {
        options.log.error(error instanceof Error ? error : String(error));
      }
    } finally {
      unwatch();
    }
  };
  const terminal = vscode.window.createTerminal({
    name: vscode.l10n.t("Logs: {0}", container.name),
    iconPath: new vscode.ThemeIcon("output"),
    isTransient: true,
    pty: {
      onDidWrite: output.event,
      open: () => {
        void follow();
      },
      close: () => {
        closing.abort();
        output.dispose();
      },
      // Read-only: a log has nothing to answer to.
      handleInput: () => undefined,
    },
  });
  terminal.show(true);
  return terminal;
}

async function followLog(
  current: CurrentEngine,
  { id, name }: Container,
  tail: number,
  signal: AbortSignal,
  write: (text: string) => void,
): Promise<void> {
  const last = { stdout: "", stderr: "" };
  while (!signal.aborted) {
    const lines = { stdout: new LogLines(last.stdout), stderr: new LogLines(last.stderr) };
    const engine = await current.get();
    for await (const { stream, text } of engine.containerLogs(id, {
      follow: true,
      tail,
      timestamps: true,
      signal,
    })) {
      const shown = lines[stream].accept(text);
      if (shown !== "") {
        write(shown);
      }
    }
    last.stdout = lines.stdout.last;
    last.stderr = lines.stderr.last;
    const stopped = await stateAfterEnd(current, id, signal);
    if (signal.aborted) {
      return;
    }
    if (!stopped) {
      write(note(vscode.l10n.t("{0} was removed.", name)));
      return;
    }
    write(
      note(
        vscode.l10n.t(
          "{0}: {1}. The log goes on when it is started again.",
          name,
          stateText(stopped, vscode.l10n.t),
        ),
      ),
    );
    const again = await nextState(current, signal, () => {
      const container = find(current, id);
      return container === undefined || container.state === "running";
    });
    if (!again) {
      return;
    }
  }
}

/** The container as the engine has it after its log ended; undefined if it is gone. */
async function stateAfterEnd(
  current: CurrentEngine,
  id: string,
  signal: AbortSignal,
): Promise<Container | undefined> {
  await nextState(current, signal, () => find(current, id)?.state !== "running");
  return find(current, id);
}

function find(current: CurrentEngine, id: string): Container | undefined {
  return current.containers.find((container) => container.id === id);
}

/** Resolves with true once the condition holds of a model that is connected, with false when the terminal is closed. */
function nextState(
  current: CurrentEngine,
  signal: AbortSignal,
  condition: () => boolean,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (result: boolean): void => {
      unsubscribe();
      signal.removeEventListener("abort", onAbort);
      resolve(result);
    };
    const onAbort = (): void => {
      finish(false);
    };
    const check = (): void => {
      if (current.state.kind === "ready" && condition()) {
        finish(true);
      }
    };
    const unsubscribe = current.onDidChange(check);
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) {
      finish(false);
    } else {
      check();
    }
  });
}

function note(text: string): string {
  return `\u001B[2m— ${text} —\u001B[0m\n`;
}
