/**
 * Says in one line that something is done, and how long it took.
 *
 * @template T
 * @param {string} what
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
export async function report(what, work) {
  const began = performance.now();
  const result = await work;
  console.log(`  ${what} (${seconds(began)})`);
  return result;
}

/**
 * The time since then, in words.
 *
 * @param {number} began as performance.now() gave it
 */
export function seconds(began) {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
