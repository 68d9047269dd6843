import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parse } from "../../dockerfile/parse.ts";
import { lint } from "../lint.ts";
import { applyEdits, type Rule } from "../rule.ts";
import { rules } from "./index.ts";
import { newerThanSyntax } from "./newerThanSyntax.ts";
import { unusedArg } from "./unusedArg.ts";
import { unusedStage } from "./unusedStage.ts";
import { unusedSuppression } from "./unusedSuppression.ts";

/** The texts that the rule marks. */
function marked(rule: Rule, ...lines: readonly string[]): string[] {
  const text = `${lines.join("\n")}\n`;
  return lint(parse(text), rules)
    .filter((finding) => finding.rule === rule)
    .map(({ start, end }) => text.slice(start, end));
}

/** The text after all fixes of the rule. */
function fixed(rule: Rule, ...lines: readonly string[]): string {
  const text = `${lines.join("\n")}\n`;
  const edits = lint(parse(text), rules).flatMap((finding) =>
    finding.rule === rule ? (finding.fix?.edits ?? []) : [],
  );
  return applyEdits(text, edits);
}

suite("newer-than-syntax", () => {
  const use = (syntax: string, ...lines: readonly string[]): string[] =>
    marked(newerThanSyntax, `# syntax=${syntax}`, "FROM alpine:3.21", ...lines);

  test("knows which version brought a flag", () => {
    assert.deepEqual(use("docker/dockerfile:1.1", "RUN --mount=type=ssh true"), ["--mount"]);
    assert.deepEqual(use("docker/dockerfile:1.2", "RUN --mount=type=ssh true"), []);
    assert.deepEqual(use("docker.io/docker/dockerfile:1.9.0", "COPY --exclude=a . /"), [
      "--exclude",
    ]);
    assert.deepEqual(use("docker/dockerfile:1.19.1", "COPY --exclude=a . /"), []);
  });

  test("lets the labs versions have their flags earlier", () => {
    assert.deepEqual(use("docker/dockerfile:1.7-labs", "COPY --parents --exclude=a a/b /"), []);
    assert.deepEqual(use("docker/dockerfile:1.6-labs", "COPY --parents a/b /"), ["--parents"]);
    assert.deepEqual(use("docker/dockerfile:1.14", "RUN --device=a true"), ["--device"]);
    assert.deepEqual(use("docker/dockerfile:1.14-labs", "RUN --device=a true"), []);
  });

  test("says nothing of versions that move or that are not Docker's", () => {
    for (const syntax of ["docker/dockerfile:1", "docker/dockerfile", "example/dockerfile:1.1"]) {
      assert.deepEqual(use(syntax, "COPY --parents a/b /"), [], syntax);
    }
    assert.deepEqual(marked(newerThanSyntax, "FROM a:1", "COPY --parents a/b /"), []);
  });
});

suite("unused-arg", () => {
  const inStage = (...lines: readonly string[]): string[] =>
    marked(unusedArg, "FROM alpine:3.21", "ARG NAME=1", ...lines);

  test("a program that may read its environment uses every argument above it", () => {
    assert.deepEqual(inStage("RUN apk add --no-cache git"), ["NAME"]);
    assert.deepEqual(inStage("RUN make"), []);
    assert.deepEqual(inStage("RUN mkdir /a && ./build.sh"), []);
    assert.deepEqual(inStage('RUN ["make"]'), []);
    assert.deepEqual(inStage("RUN <<END", "#!/usr/bin/env python3", "pass", "END"), []);
  });

  test("a stage that builds on this one may use the argument", () => {
    const lines = ["FROM alpine:3.21 AS base", "ARG NAME=1", "FROM base"];
    assert.deepEqual(marked(unusedArg, ...lines, "COPY $NAME /"), []);
    assert.deepEqual(marked(unusedArg, ...lines, "RUN make"), []);
    assert.deepEqual(marked(unusedArg, ...lines, "COPY a /"), ["NAME"]);
  });

  test("what an argument is for by its name alone is left alone", () => {
    for (const name of ["HTTP_PROXY", "DEBIAN_FRONTEND", "CACHEBUST", "BUILD_DATE", "TZ"]) {
      assert.deepEqual(marked(unusedArg, "FROM a:1", `ARG ${name}=1`, "RUN mkdir /a"), [], name);
    }
  });

  test("a global argument may be used by another one, or by a stage that repeats it", () => {
    assert.deepEqual(marked(unusedArg, "ARG A=1", "ARG B=a:$A", "FROM $B"), []);
    assert.deepEqual(marked(unusedArg, "ARG A=1", "FROM a:1", "ARG A", "RUN make"), []);
    assert.deepEqual(marked(unusedArg, "ARG A=1", "FROM a:1"), ["A"]);
  });

  test("the fix takes no more than the argument", () => {
    assert.equal(
      fixed(unusedArg, "FROM a:1", "ARG A B C=1 \\", "  D", "COPY $B $D /"),
      "FROM a:1\nARG B \\\n  D\nCOPY $B $D /\n",
    );
  });
});

test("a stage is used by its number, by a mount and by a stage on top of it", () => {
  const first = ["FROM a:1", "RUN make"];
  assert.deepEqual(marked(unusedStage, ...first, "FROM b:1", "COPY --from=0 /a /"), []);
  assert.deepEqual(marked(unusedStage, ...first, "FROM b:1"), ["FROM"]);
  const named = ["FROM a:1 AS x", "FROM b:1 AS x"];
  assert.deepEqual(marked(unusedStage, ...named, "FROM x"), ["x"]);
  assert.deepEqual(
    marked(unusedStage, "FROM a:1 AS x", "FROM b:1", "RUN --mount=from=x,target=/x true"),
    [],
  );
});

suite("unused-suppression", () => {
  test("takes the name out of its comment, and the comment out with its last name", () => {
    const rest = ["RUN apk add git", ""];
    for (const [comment, without] of [
      ["# hadolint ignore=DL3003,DL3018,DL3019", "# hadolint ignore=DL3018,DL3019\n"],
      ["# hadolint ignore=DL3018, DL3003 # why", "# hadolint ignore=DL3018 # why\n"],
      ["# hadolint ignore=DL3003", ""],
      ["# check=skip=LegacyKeyValueFormat", ""],
    ] as const) {
      assert.equal(
        fixed(unusedSuppression, "FROM alpine:3.21", comment, ...rest),
        ["FROM alpine:3.21", `${without}RUN apk add git`, "", ""].join("\n"),
        comment,
      );
    }
    assert.equal(
      fixed(unusedSuppression, "# check=skip=LegacyKeyValueFormat;error=true", "FROM alpine:3.21"),
      "# check=error=true\nFROM alpine:3.21\n",
    );
    assert.equal(
      fixed(unusedSuppression, "# check=error=true;skip=LegacyKeyValueFormat", "FROM alpine:3.21"),
      "# check=error=true\nFROM alpine:3.21\n",
    );
  });

  test("looks where the comment counts", () => {
    const stages = ["FROM alpine:3.21", "RUN cd /a", "# hadolint stage ignore=DL3003"];
    assert.deepEqual(marked(unusedSuppression, ...stages, "FROM alpine:3.21"), ["DL3003"]);
    assert.deepEqual(marked(unusedSuppression, ...stages, "FROM alpine:3.21", "RUN cd /a"), []);
    assert.deepEqual(
      marked(unusedSuppression, "FROM alpine:3.21", "RUN cd /a", "# hadolint global ignore=DL3003"),
      [],
    );
  });

  test("does not judge what is not looked for", () => {
    for (const name of ["SC2086", "DL3057", "DL3000", "DL9999"]) {
      assert.deepEqual(
        marked(unusedSuppression, "FROM alpine:3.21", `# hadolint ignore=${name}`, "RUN true"),
        [],
        name,
      );
    }
  });
});
