import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inEnglish } from "./localize.ts";
import { sampleContainer, sampleVolume } from "./sampleObjects.ts";
import { presentVolume, sortVolumes, volumeTooltip } from "./volume.ts";

const anonymousName = "ab".repeat(32);

test("volumes stand by name, anonymous ones last and of those the newest first", () => {
  const sorted = sortVolumes([
    sampleVolume({ name: "old", anonymous: true, createdAt: 1 }),
    sampleVolume({ name: "new", anonymous: true, createdAt: 2 }),
    sampleVolume({ name: "data-10" }),
    sampleVolume({ name: "data-9" }),
  ]);
  assert.deepEqual(
    sorted.map(({ name }) => name),
    ["data-9", "data-10", "new", "old"],
  );
});

suite("presentVolume", () => {
  test("size, use and driver are in the description", () => {
    const row = presentVolume(sampleVolume(), {
      usedBy: [sampleContainer(), sampleContainer()],
      size: 12_000_000,
      localize: inEnglish,
    });
    assert.equal(row.label, "data");
    assert.equal(row.description, "12 MB · in use by 2 containers · local");
    assert.equal(row.contextValue, "volume;inUse");
    assert.equal(
      row.accessibilityLabel,
      "Volume data, driver local, 12 MB, in use by 2 containers",
    );
  });

  test("a volume that nobody uses says so, and an unknown size is left out", () => {
    const row = presentVolume(sampleVolume(), {
      usedBy: [],
      size: undefined,
      localize: inEnglish,
    });
    assert.equal(row.description, "unused · local");
    assert.equal(row.contextValue, "volume");
    assert.equal(row.icon.color, "disabledForeground");
  });

  test("an anonymous volume goes by the beginning of its name", () => {
    const row = presentVolume(sampleVolume({ name: anonymousName, anonymous: true }), {
      usedBy: [sampleContainer()],
      size: 0,
      localize: inEnglish,
    });
    assert.equal(row.label, "abababababab…");
    assert.equal(row.description, "0 B · in use by 1 container · local");
    assert.equal(row.contextValue, "volume;anonymous;inUse");
    assert.match(row.accessibilityLabel, /^Anonymous volume abababababab…, /);
  });
});

test("the tooltip of a volume has its whole name, its options and the containers that use it", () => {
  const tooltip = volumeTooltip(
    sampleVolume({ name: anonymousName, options: { type: "nfs" } }),
    [sampleContainer({ name: "web" })],
    1000,
    inEnglish,
  );
  assert.ok(tooltip.includes(anonymousName));
  assert.match(tooltip, /Options: `type=nfs`/);
  assert.match(tooltip, /Size: 1 kB/);
  assert.match(tooltip, /Used by: `web`/);
});
