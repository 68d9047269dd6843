import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inEnglish } from "./localize.ts";
import { formatAge, formatBytes, formatDuration } from "./units.ts";

suite("units", () => {
  test("bytes are counted in thousands with three significant digits", () => {
    const shown = [0, 1, 999, 1000, 1050, 12_345, 999_499, 999_500, 7_843_210, 1.2e9, 3e15, 5e18];
    assert.deepEqual(shown.map(formatBytes), [
      "0 B",
      "1 B",
      "999 B",
      "1 kB",
      "1.05 kB",
      "12.3 kB",
      "999 kB",
      "1 MB",
      "7.84 MB",
      "1.2 GB",
      "3 PB",
      "5000 PB",
    ]);
  });

  test("a negative number of bytes reads as nothing", () => {
    assert.equal(formatBytes(-1), "0 B");
  });

  test("an age is told in its largest unit", () => {
    const now = Date.UTC(2026, 0, 1);
    const ages = [
      0,
      59,
      60,
      3599,
      3600,
      86_399,
      86_400,
      59 * 86_400,
      60 * 86_400,
      729 * 86_400,
      730 * 86_400,
    ];
    assert.deepEqual(
      ages.map((seconds) => formatAge(now - seconds * 1000, now, inEnglish)),
      [
        "just now",
        "just now",
        "1 min ago",
        "59 min ago",
        "1 h ago",
        "23 h ago",
        "1 d ago",
        "59 d ago",
        "2 mo ago",
        "24 mo ago",
        "2 y ago",
      ],
    );
  });

  test("an age of the future, from a clock that runs ahead, is now", () => {
    assert.equal(formatAge(2000, 1000, inEnglish), "just now");
  });

  test("durations lose precision as they grow", () => {
    assert.deepEqual([0, 0.04, 0.44, 9.94, 9.96, 59.4, 60, 125, 3600, 3780].map(formatDuration), [
      "0 s",
      "0 s",
      "0.4 s",
      "9.9 s",
      "10 s",
      "59 s",
      "1 min",
      "2 min 5 s",
      "1 h 0 min",
      "1 h 3 min",
    ]);
  });
});
