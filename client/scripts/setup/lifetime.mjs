/** @type {(() => unknown)[]} */
const cleanups = [];
const ending = new AbortController();

/** Aborts when the program has been asked to end. */
export const endSignal = ending.signal;

/**
 * Registers what has to be done before the program ends, in whatever way it ends. The last one registered
 * is done first.
 *
 * @param {() => unknown} cleanup may return a promise
 */
export function atEnd(cleanup) {
  cleanups.push(cleanup);
}

/**
 * Cleans up and ends the program.
 *
 * @param {number} code
 * @param {string} [lastWord] printed after everything else
 * @returns {Promise<never>}
 */
export async function end(code, lastWord) {
  ending.abort();
  for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) {
    try {
      await cleanup();
    } catch (error) {
      console.error(error);
    }
  }
  if (lastWord !== undefined) console.log(lastWord);
  process.exit(code);
}

/**
 * Makes Ctrl+C, a request to end, a closed terminal and an error that nobody caught end the program through
 * `end`.
 *
 * @param {number | undefined} code the exit code after Ctrl+C; that of a program ended by the signal unless given
 */
export function endWellOnSignals(code) {
  const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
  for (const [name, number] of Object.entries(numbers)) {
    process.on(name, () => {
      // A second Ctrl+C while things end changes nothing; they end within seconds.
      if (!ending.signal.aborted) void end(code ?? 128 + number);
    });
  }
  for (const name of ["uncaughtException", "unhandledRejection"]) {
    process.on(name, (error) => {
      console.error(error);
      if (!ending.signal.aborted) void end(1);
    });
  }
}
