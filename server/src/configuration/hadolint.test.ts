import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  joinedSettings,
  hadolintPaths,
  readHadolintEnvironment,
  readHadolintFile,
} from "./hadolint.ts";

suite("a .hadolint.yaml", () => {
  test("says all that hadolint knows", async () => {
    const { settings, mistakes } = await readHadolintFile(`
# Ours
failure-threshold: warning
no-fail: true
ignored:
  - DL3008
  - SC1010
override:
  error: [DL3001, DL3002]
  style:
    - DL3015
trustedRegistries:
  - docker.io
  - "*.example.org"
label-schema:
  author: text
  version: semver
strict-labels: true
disable-ignore-pragma: false
format: tty
unheard-of: 1
`);
    assert.deepEqual(mistakes, []);
    assert.deepEqual(settings, {
      ignored: ["DL3008", "SC1010"],
      overrides: new Map([
        ["DL3001", "error"],
        ["DL3002", "error"],
        ["DL3015", "info"],
      ]),
      trustedRegistries: ["docker.io", "*.example.org"],
      labelSchema: new Map([
        ["author", "text"],
        ["version", "semver"],
      ]),
      strictLabels: true,
      disableIgnorePragma: false,
      noFail: true,
      failureThreshold: "warning",
    });
  });

  test("may be empty, or have keys without values", async () => {
    for (const text of [
      "",
      "# nothing\n",
      "ignored:\noverride:\nlabel-schema:\nno-fail:\n",
      "{}",
    ]) {
      const { settings, mistakes } = await readHadolintFile(text);
      assert.deepEqual(mistakes, [], text);
      assert.deepEqual(settings.ignored, []);
    }
  });

  test("that is no YAML is one mistake at its line, and nothing of it counts", async () => {
    const { settings, mistakes } = await readHadolintFile(
      "ignored:\n  - DL3008\noverride: [\nx: {{{\n",
    );
    assert.equal(mistakes.length, 1);
    assert.match(mistakes[0]?.message ?? "", /^This is no YAML: /);
    assert.ok((mistakes[0]?.line ?? 0) >= 2);
    assert.deepEqual(settings.ignored, []);
  });

  test("with values that make no sense says so at their lines, and the rest counts", async () => {
    const { settings, mistakes } = await readHadolintFile(
      [
        "ignored: DL3008",
        "strict-labels: perhaps",
        "label-schema:",
        "  when: tuesday",
        "failure-threshold: awful",
        "trustedRegistries: [docker.io, 5]",
        "override: [DL3001]",
      ].join("\n"),
    );
    assert.deepEqual(
      mistakes.map(({ line }) => line).sort((a, b) => a - b),
      [0, 1, 3, 4, 5, 6],
    );
    assert.deepEqual(settings.trustedRegistries, ["docker.io"]);
    assert.equal(settings.strictLabels, undefined);
  });

  test("of any bytes makes no trouble", async () => {
    for (const text of [
      "\0",
      "- a\n- b",
      "\uFEFFignored: [DL3008]",
      "a: &a [*a]",
      "--- 1\n--- 2",
      "? {}\n: 1",
      "!!set {a}",
      "\uD800: [",
    ]) {
      await assert.doesNotReject(readHadolintFile(text), text);
    }
    const { settings } = await readHadolintFile("\uFEFFignored: [DL3008]");
    assert.deepEqual(settings.ignored, ["DL3008"]);
  });
});

test("the environment is read as hadolint reads it", () => {
  const settings = readHadolintEnvironment({
    HADOLINT_NOFAIL: "Yes",
    HADOLINT_STRICT_LABELS: "0",
    HADOLINT_IGNORE: "DL3001,DL3002",
    HADOLINT_OVERRIDE_WARNING: "DL3003",
    HADOLINT_TRUSTED_REGISTRIES: "docker.io,quay.io",
    HADOLINT_REQUIRE_LABELS: "author:text,version:semver,wrong:wrong",
    HADOLINT_FAILURE_THRESHOLD: "error",
  });
  assert.deepEqual(settings, {
    ignored: ["DL3001", "DL3002"],
    overrides: new Map([["DL3003", "warning"]]),
    trustedRegistries: ["docker.io", "quay.io"],
    labelSchema: new Map([
      ["author", "text"],
      ["version", "semver"],
    ]),
    strictLabels: false,
    noFail: true,
    failureThreshold: "error",
  });
});

test("environment and file are joined, and the environment comes first", async () => {
  const { settings } = await readHadolintFile(
    "ignored: [DL3001]\noverride:\n  error: [DL3002, DL3003]\nno-fail: true\n",
  );
  const environment = readHadolintEnvironment({
    HADOLINT_IGNORE: "DL3003",
    HADOLINT_OVERRIDE_INFO: "DL3002",
    HADOLINT_NOFAIL: "no",
  });
  const { codes, neverFails, policy } = joinedSettings([environment, settings]);
  assert.deepEqual(
    codes,
    new Map([
      ["DL3002", "info"],
      ["DL3003", "off"],
      ["DL3001", "off"],
    ]),
  );
  assert.equal(neverFails, false);
  assert.deepEqual(policy, {});
});

test("the places are hadolint's, in its order", () => {
  assert.deepEqual(hadolintPaths({ folders: ["/p"], home: "/h", configHome: "/h/.config" }), [
    "/p/.hadolint.yaml",
    "/p/.hadolint.yml",
    "/h/.config/hadolint.yaml",
    "/h/.config/hadolint.yml",
    "/h/.hadolint/hadolint.yaml",
    "/h/.hadolint/hadolint.yml",
    "/h/.hadolint/config.yaml",
    "/h/.hadolint/config.yml",
    "/h/.hadolint.yaml",
    "/h/.hadolint.yml",
  ]);
});
