import assert from "node:assert/strict";
import { test } from "node:test";
import { rules } from "../lint/rules/index.ts";
import { readSlipwayFile } from "./slipwayFile.ts";

test("a slipway.yaml says which rules run, how severe they are and how they are read", async () => {
  const { settings, mistakes } = await readSlipwayFile(
    [
      "rule-set: buildkit",
      "rules:",
      "  unpinned-package: off",
      "  DL3007: error",
      "  workdir-relative-path: { severity: info, mode: every }",
      "  SC2086: warning",
      'secret-words: [passphrase, "!key"]',
      "public-words:",
      "  - fingerprint",
      "trustedRegistries: [ghcr.io]",
      "failure-threshold: warning",
    ].join("\n"),
    rules,
  );
  assert.deepEqual(mistakes, []);
  assert.equal(settings.ruleSet, "buildkit");
  assert.deepEqual(
    [...settings.severities],
    [
      ["unpinned-package", "off"],
      ["DL3007", "error"],
      ["workdir-relative-path", "info"],
      ["SC2086", "warning"],
    ],
  );
  assert.deepEqual([...settings.modes], [["workdir-relative-path", "every"]]);
  assert.deepEqual(settings.secretWords, ["passphrase", "!key"]);
  assert.deepEqual(settings.publicWords, ["fingerprint"]);
  assert.deepEqual(settings.hadolint.trustedRegistries, ["ghcr.io"]);
  assert.equal(settings.hadolint.failureThreshold, "warning");
});

test("each mistake in a slipway.yaml is told at its line, and the rest counts", async () => {
  const { settings, mistakes } = await readSlipwayFile(
    [
      "rule-set: most",
      "rule:",
      "rules:",
      "  unpined-image: off",
      "  unpinned-image: { mode: digests }",
      "  unpinned-package: { mode: tag }",
      "  cd-in-run: fatal",
      "  sudo-in-run: info",
      "secret-words: pin",
    ].join("\n"),
    rules,
  );
  assert.deepEqual(mistakes.map(({ line, message }) => `${line + 1}: ${message}`).toSorted(), [
    '1: "rule-set" should be one of recommended, buildkit, hadolint, all',
    '2: There is no setting "rule" (did you mean rules?)',
    "4: No rule is called unpined-image (did you mean unpinned-image?)",
    "5: A mode of unpinned-image should be one of tag, latest, digest",
    "6: unpinned-package has no modes",
    "7: A rule should be off, info, warning, error or default",
    '9: "secret-words" should be a list',
  ]);
  assert.deepEqual([...settings.severities], [["sudo-in-run", "info"]]);
});

test("of a file that is no YAML nothing counts, and one mistake says so", async () => {
  for (const text of ["rules:\n  a: [\n", "{", "a: b: c", "\0", "rules: !!binary x"]) {
    const { settings, mistakes } = await readSlipwayFile(text, rules);
    assert.equal(mistakes.length, 1, JSON.stringify(text));
    assert.equal(settings.severities.size, 0);
  }
  assert.deepEqual((await readSlipwayFile("", rules)).mistakes, []);
});
