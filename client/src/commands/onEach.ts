import { EngineError } from "../engine/engineError.ts";
import { CommandFailure } from "./command.ts";

/**
 * Does the same to several objects at once. When some fail the others are done
 * all the same, and the failure names what failed and why: `2 of 3 stopped;
 * web: …`.
 */
export async function onEach<T>(
  items: readonly T[],
  options: {
    readonly name: (item: T) => string;
    readonly act: (item: T) => Promise<unknown>;
    /** Such as `2 of 3 stopped`. */
    readonly summary: (done: number, total: number) => string;
  },
): Promise<void> {
  const outcomes = await Promise.allSettled(items.map(options.act));
  const failures = outcomes.flatMap((outcome, index) =>
    outcome.status === "rejected"
      ? [{ item: items[index], reason: outcome.reason as unknown }]
      : [],
  );
  const bug = failures.find(({ reason }) => !(reason instanceof EngineError));
  if (bug) {
    throw bug.reason;
  }
  const real = failures.filter(
    ({ reason }) => reason instanceof EngineError && reason.reason !== "cancelled",
  );
  if (real.length === 0) {
    return;
  }
  if (items.length === 1) {
    throw real[0]?.reason;
  }
  const reasons = real.map(
    ({ item, reason }) =>
      `${item === undefined ? "" : options.name(item)}: ${reason instanceof Error ? reason.message : ""}`,
  );
  throw new CommandFailure(
    [options.summary(items.length - failures.length, items.length), ...reasons].join("; "),
  );
}
