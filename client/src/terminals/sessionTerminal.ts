import * as vscode from "vscode";
import type { TerminalSession } from "../engine/engine.ts";
import { EngineError } from "../engine/engineError.ts";

/**
 * A terminal around a session in a container. The session is opened when the
 * terminal is, so that it begins with the terminal's size; closing the terminal
 * closes it.
 */
export function openSessionTerminal(options: {
  readonly name: string;
  readonly icon: string;
  readonly log: vscode.LogOutputChannel;
  open(signal: AbortSignal): Promise<TerminalSession>;
}): vscode.Terminal {
  const output = new vscode.EventEmitter<string>();
  const closed = new vscode.EventEmitter<number | void>();
  const opening = new AbortController();
  const state: { session?: TerminalSession; ended: boolean; size?: vscode.TerminalDimensions } = {
    ended: false,
  };

  const resize = (): void => {
    const { session, size } = state;
    if (session && size && !state.ended) {
      session.resize(size.columns, size.rows).catch((error: unknown) => {
        options.log.debug(`Resizing the terminal "${options.name}": ${String(error)}`);
      });
    }
  };
  const end = (message: string): void => {
    state.ended = true;
    output.fire(`\r\n\u001B[2m— ${message} —\u001B[0m\r\n`);
  };
  const start = async (): Promise<void> => {
    try {
      const session = await options.open(opening.signal);
      if (opening.signal.aborted) {
        session.close();
        return;
      }
      state.session = session;
      session.onOutput((text) => {
        output.fire(text);
      });
      session.onEnd((exitCode) => {
        if (exitCode === 0) {
          closed.fire(0);
        } else {
          // What it said last would be gone with the terminal.
          end(
            exitCode === undefined
              ? vscode.l10n.t("The connection was lost. Press any key to close.")
              : vscode.l10n.t("Ended with exit code {0}. Press any key to close.", exitCode),
          );
        }
      });
      resize();
    } catch (error) {
      if (opening.signal.aborted) {
        return;
      }
      if (!(error instanceof EngineError)) {
        options.log.error(error instanceof Error ? error : String(error));
      }
      end(
        vscode.l10n.t(
          "{0} Press any key to close.",
          error instanceof Error ? error.message : String(error),
        ),
      );
    }
  };

  const pty: vscode.Pseudoterminal = {
    onDidWrite: output.event,
    onDidClose: closed.event,
    open: (size) => {
      if (size) {
        state.size = size;
      }
      void start();
    },
    close: () => {
      opening.abort();
      state.session?.close();
      output.dispose();
      closed.dispose();
    },
    handleInput: (text) => {
      if (state.ended) {
        closed.fire(undefined);
      } else {
        state.session?.write(text);
      }
    },
    setDimensions: (size) => {
      state.size = size;
      resize();
    },
  };
  const terminal = vscode.window.createTerminal({
    name: options.name,
    iconPath: new vscode.ThemeIcon(options.icon),
    isTransient: true,
    pty,
  });
  terminal.show();
  return terminal;
}
