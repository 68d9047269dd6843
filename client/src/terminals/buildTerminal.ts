import * as vscode from "vscode";

/** What shows a build while it runs. */
export interface BuildOutput {
  /** Lines end with CR LF. */
  write(text: string): void;
  /** Says how it went. */
  end(message: string): void;
}

/** Where a build's output goes. Ctrl+C in it cancels; after the end any key closes it. */
export class BuildTerminal implements BuildOutput {
  readonly #output = new vscode.EventEmitter<string>();
  readonly #closed = new vscode.EventEmitter<void>();
  readonly #terminal: vscode.Terminal;
  /** What was written before the terminal was drawn; undefined from then on. */
  #pending: string | undefined = "";
  #ended = false;
  #disposed = false;

  constructor(name: string, cancel: () => void) {
    const pty: vscode.Pseudoterminal = {
      onDidWrite: this.#output.event,
      onDidClose: this.#closed.event,
      open: () => {
        const pending = this.#pending ?? "";
        this.#pending = undefined;
        this.#output.fire(pending);
      },
      close: () => {
        // Closing the output does not throw a build away: its notification still has the button for that.
        this.#disposed = true;
        this.#output.dispose();
        this.#closed.dispose();
      },
      handleInput: (text) => {
        if (this.#ended) {
          this.#closed.fire();
        } else if (text === "\u0003") {
          cancel();
        }
      },
    };
    this.#terminal = vscode.window.createTerminal({
      name,
      iconPath: new vscode.ThemeIcon("package"),
      isTransient: true,
      pty,
    });
    this.#terminal.show(true);
  }

  /** Lines end with CR LF. */
  write(text: string): void {
    if (text === "" || this.#disposed) {
      return;
    }
    if (this.#pending === undefined) {
      this.#output.fire(text);
    } else {
      this.#pending += text;
    }
  }

  show(): void {
    if (!this.#disposed) {
      this.#terminal.show(true);
    }
  }

  /** Says how it went; the output stays to be read. */
  end(message: string): void {
    this.write(
      `${message}\r\n\u001B[2m— ${vscode.l10n.t("Press any key to close.")} —\u001B[0m\r\n`,
    );
    this.#ended = true;
  }

  close(): void {
    if (!this.#disposed) {
      this.#terminal.dispose();
    }
  }
}
