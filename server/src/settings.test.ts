import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultSettings, readSettings } from "./settings.ts";

test("settings that make no sense count as not set", () => {
  for (const section of [
    undefined,
    null,
    1,
    "x",
    [],
    {},
    { lint: 5 },
    { lint: { rules: [] }, cacheHints: null },
    { cacheHints: { enabled: "no" }, shellcheck: { enabled: 0, path: true } },
  ]) {
    assert.deepEqual(readSettings(section), defaultSettings);
  }
  assert.deepEqual(readSettings({ lint: { rules: { a: "fatal", b: "off" } } }).lint.rules, {
    b: "off",
  });
});

test("what is set is read", () => {
  assert.deepEqual(
    readSettings({
      lint: { rules: { a: "error" } },
      cacheHints: { enabled: false },
      shellcheck: { enabled: false, path: " /opt/shellcheck " },
    }),
    {
      lint: { rules: { a: "error" } },
      cacheHints: { enabled: false },
      shellcheck: { enabled: false, path: "/opt/shellcheck" },
    },
  );
});
