import * as vscode from "vscode";

/** A view that can show progress. */
export type ViewId =
  | "slipway.containers"
  | "slipway.images"
  | "slipway.volumes"
  | "slipway.networks";

/** Quick work shows in its view; only what takes longer deserves a notification, which can cancel it. */
const patience = 2000;

/** Shows work in a view's progress bar and, once it takes long, in a notification with a cancel button. */
export async function withViewProgress<T>(
  viewId: ViewId,
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const cancelling = new AbortController();
  const result = work(cancelling.signal);
  void vscode.window.withProgress({ location: { viewId } }, () => settledQuietly(result));
  const timer = setTimeout(() => {
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) => {
        token.onCancellationRequested(() => {
          cancelling.abort();
        });
        return settledQuietly(result);
      },
    );
  }, patience);
  try {
    return await result;
  } finally {
    clearTimeout(timer);
  }
}

/** Shows work in a notification with a cancel button; `report` takes what it is at. */
export async function withNotification<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string, percent?: number) => void) => Promise<T>,
): Promise<T> {
  const cancelling = new AbortController();
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      token.onCancellationRequested(() => {
        cancelling.abort();
      });
      let shown = 0;
      return work(cancelling.signal, (message, percent) => {
        // A bar that goes back would be a lie either way.
        const increment = percent === undefined ? 0 : Math.max(0, percent - shown);
        shown += increment;
        progress.report({ message, ...(increment > 0 ? { increment } : {}) });
      });
    },
  );
}

/** Whoever shows progress does not report failures. */
async function settledQuietly(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
