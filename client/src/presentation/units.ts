import type { Localize } from "./localize.ts";

const byteUnits = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/**
 * Bytes in decimal units with three significant digits, as `docker image ls`
 * counts them: `7.84 MB`, `512 kB`, `0 B`.
 */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // 999.5 would be rounded to 1000 of its unit, which nobody writes.
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  // Number() takes away trailing zeros.
  return `${Number(value.toFixed(digits))} ${byteUnits[unit] ?? ""}`;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago `then` was (both in milliseconds since 1970), in one unit: `3 min ago`. */
export function formatAge(then: number, now: number, localize: Localize): string {
  const age = Math.max(0, now - then);
  if (age < minute) {
    return localize("just now");
  }
  if (age < hour) {
    return localize("{0} min ago", Math.floor(age / minute));
  }
  if (age < day) {
    return localize("{0} h ago", Math.floor(age / hour));
  }
  if (age < 60 * day) {
    return localize("{0} d ago", Math.floor(age / day));
  }
  if (age < 730 * day) {
    return localize("{0} mo ago", Math.floor(age / (30 * day)));
  }
  return localize("{0} y ago", Math.floor(age / (365 * day)));
}

/** Seconds as a person says them: `0.4 s`, `12 s`, `2 min 5 s`, `1 h 3 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (seconds < 9.95) {
    return `${Number(Math.max(0, seconds).toFixed(1))} s`;
  }
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return whole % 60 === 0
      ? `${Math.floor(whole / 60)} min`
      : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
