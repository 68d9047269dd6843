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
      cacheHints: { enabled: false, codeLens: false },
      shellcheck: { enabled: false, path: " /opt/shellcheck " },
    }),
    {
      ...defaultSettings,
      lint: { ...defaultSettings.lint, rules: { a: "error" } },
      cacheHints: { enabled: false, codeLens: false },
      shellcheck: { enabled: false, path: "/opt/shellcheck" },
    },
  );
});

test("what a project's files can say can be set too, and what is empty is not set", () => {
  const { lint } = readSettings({
    lint: {
      ruleSet: "buildkit",
      modes: { "unpinned-image": "digest", other: 1 },
      secretWords: ["pin", 7],
      publicWords: [],
      trustedRegistries: ["ghcr.io"],
      labelSchema: { maintainer: "email", version: "number" },
      strictLabels: true,
    },
  });
  assert.deepEqual(lint, {
    rules: {},
    ruleSet: "buildkit",
    modes: new Map([["unpinned-image", "digest"]]),
    policy: {
      secretWords: ["pin"],
      trustedRegistries: ["ghcr.io"],
      labelSchema: new Map([["maintainer", "email"]]),
      strictLabels: true,
    },
  });
  assert.equal(readSettings({ lint: { ruleSet: "none" } }).lint.ruleSet, undefined);
});
