import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { lint } from "../lint/lint.ts";
import { type Edit, applyEdits } from "../lint/rule.ts";
import { legacyKeyValueFormat } from "../lint/rules/legacyKeyValueFormat.ts";
import { noEmptyContinuation } from "../lint/rules/noEmptyContinuation.ts";
import { stageNameCasing } from "../lint/rules/stageNameCasing.ts";
import { workdirRelativePath } from "../lint/rules/workdirRelativePath.ts";
import { readFixture } from "../testing/fixture.ts";
import { rules as allRules } from "../lint/rules/index.ts";
import { codeActions, fixAllKind } from "./codeActions.ts";
import { silences } from "./silence.ts";

const rules = [stageNameCasing, legacyKeyValueFormat, noEmptyContinuation, workdirRelativePath];

interface Offered {
  readonly title: string;
  readonly kind: string | undefined;
  readonly isPreferred: boolean;
  readonly result: string;
}

/** What is offered at the offset, each with what it makes of the text. */
function offered(text: string, offset: number, only?: readonly string[]): Offered[] {
  const file = parse(text);
  const edits: (readonly Edit[])[] = [];
  return codeActions({
    uri: "file:///Dockerfile",
    file,
    findings: lint(file, rules),
    span: { start: offset, end: offset },
    ...(only === undefined ? {} : { only }),
    toWorkspaceEdit: (each) => {
      edits.push(each);
      return {};
    },
  }).map(({ title, kind, isPreferred = false }, index) => ({
    title,
    kind,
    isPreferred,
    result: applyEdits(text, edits[index] ?? []),
  }));
}

function checkAction(title: string, before: string, after: string): void {
  const { text, cursor = 0 } = readFixture(before);
  const actions = offered(text, cursor);
  const action = actions.find((each) => each.title === title);
  assert.ok(action, `Offered are only: ${actions.map((each) => each.title).join(", ")}`);
  assert.equal(action.result, readFixture(after).text);
}

function titles(before: string): string[] {
  const { text, cursor = 0 } = readFixture(before);
  return offered(text, cursor).map(({ title }) => title);
}

test("a problem's fix is offered where the problem is", () => {
  checkAction(
    "Rename to build",
    `
      FROM alpine AS Bu<|>ild
      FROM scratch
      COPY --from=Build /a /a
    `,
    `
      FROM alpine AS build
      FROM scratch
      COPY --from=build /a /a
    `,
  );
  assert.deepEqual(titles("FR<|>OM alpine AS Build\n"), []);
});

test("a mistyped keyword is offered as it was meant", () => {
  checkAction('Change to "RUN"', "FROM alpine\nRU<|>M make\n", "FROM alpine\nRUN make\n");
});

test("all problems of a kind are fixed at once, and others stay", () => {
  checkAction(
    'Fix all "legacy-key-value-format" in this file',
    `
      FROM alpine AS Build
      ENV A<|> 1
      ENV B 2
    `,
    `
      FROM alpine AS Build
      ENV A=1
      ENV B=2
    `,
  );
  assert.ok(!titles("FROM alpine\nENV A<|> 1\n").some((title) => title.startsWith("Fix all")));
});

test("fixing all on saving makes every safe change and nothing else", () => {
  const text = "FROM alpine AS Build\nENV A 1\nWORKDIR app\n";
  assert.deepEqual(offered(text, 0, ["source.fixAll"]), [
    {
      title: "Fix all problems",
      kind: fixAllKind,
      isPreferred: false,
      result: "FROM alpine AS build\nENV A=1\nWORKDIR app\n",
    },
  ]);
  assert.deepEqual(offered(text, 0, ["source.organizeImports"]), []);
  assert.deepEqual(offered("FROM alpine\n", 0, ["source.fixAll.slipway"]), []);
  assert.deepEqual(offered(text, text.indexOf("Build"), ["refactor"]), []);
});

test("a rule is silenced for one instruction by a comment that BuildKit heeds", () => {
  const silenced = `
    FROM alpine
    # check=skip=LegacyKeyValueFormat
    ENV A 1
    ENV B 2
  `;
  checkAction(
    'Ignore "legacy-key-value-format" for this instruction',
    `
      FROM alpine
      ENV A<|> 1
      ENV B 2
    `,
    silenced,
  );
  assert.deepEqual(
    lint(parse(readFixture(silenced).text), rules).map(({ start }) => start),
    [readFixture(silenced).text.indexOf("B 2")],
  );
});

test("a comment that silences something already gets one name more", () => {
  checkAction(
    'Ignore "legacy-key-value-format" for this instruction',
    `
      FROM alpine
      # check=skip=SecretsUsedInArgOrEnv because of that
      ENV A<|> 1
    `,
    `
      FROM alpine
      # check=skip=SecretsUsedInArgOrEnv,LegacyKeyValueFormat because of that
      ENV A 1
    `,
  );
});

test("a comment on the first line is kept from being a directive", () => {
  checkAction(
    'Ignore "stage-name-casing" for this instruction',
    `
      # syntax=docker/dockerfile:1
      FROM alpine AS B<|>
    `,
    `
      # syntax=docker/dockerfile:1

      # check=skip=StageNameCasing
      FROM alpine AS B
    `,
  );
});

test("where BuildKit heeds no comment above an instruction only the file is offered", () => {
  assert.deepEqual(
    titles("FROM alpine\nRUN a \\\n<|>\n  b\n").filter((title) => title.startsWith("Ignore")),
    ['Ignore "no-empty-continuation" in this file'],
  );
});

test("a rule is silenced for a file by a directive below the others", () => {
  checkAction(
    'Ignore "stage-name-casing" in this file',
    `
      # syntax=docker/dockerfile:1
      # comment
      FROM alpine AS B<|>
    `,
    `
      # syntax=docker/dockerfile:1
      # check=skip=StageNameCasing
      # comment
      FROM alpine AS B
    `,
  );
  checkAction(
    'Ignore "stage-name-casing" in this file',
    `
      # check=skip=JSONArgsRecommended;error=true
      FROM alpine AS B<|>
    `,
    `
      # check=skip=JSONArgsRecommended,StageNameCasing;error=true
      FROM alpine AS B
    `,
  );
  checkAction(
    'Ignore "stage-name-casing" in this file',
    `
      # check=error=true
      FROM alpine AS B<|>
    `,
    `
      # check=error=true;skip=StageNameCasing
      FROM alpine AS B
    `,
  );
});

test("what is inserted has the line ends of the file and stands behind a byte order mark", () => {
  const text = "\uFEFFFROM alpine AS B\r\nENV A 1\r\n";
  const results = new Map(
    [text.indexOf("B\r"), text.indexOf("A 1")].flatMap((offset) =>
      offered(text, offset).map(({ title, result }) => [title, result] as const),
    ),
  );
  assert.equal(
    results.get('Ignore "stage-name-casing" in this file'),
    "\uFEFF# check=skip=StageNameCasing\r\nFROM alpine AS B\r\nENV A 1\r\n",
  );
  assert.equal(
    results.get('Ignore "legacy-key-value-format" for this instruction'),
    "\uFEFFFROM alpine AS B\r\n# check=skip=LegacyKeyValueFormat\r\nENV A 1\r\n",
  );
});

/** What `silences` makes of the text for the first problem that is found at the cursor, by all rules. */
function silenced(before: string, title: RegExp): string | undefined {
  const { text, cursor = 0 } = readFixture(before);
  const file = parse(text);
  const finding = lint(file, allRules).find(({ start, end }) => start <= cursor && cursor <= end);
  const silence = finding === undefined ? [] : silences(file, finding);
  const chosen = silence.find((each) => title.test(each.title));
  return chosen === undefined ? undefined : applyEdits(text, [chosen.edit]);
}

test("a file that uses hadolint's comments gets more of those", () => {
  const before = `
    # hadolint global ignore=DL3059
    FROM alpine:3.21
    # hadolint ignore=DL3003 # it has to
    RUN apk add git<|> && cd /
  `;
  assert.equal(
    silenced(before, /for this instruction/),
    readFixture(`
      # hadolint global ignore=DL3059
      FROM alpine:3.21
      # hadolint ignore=DL3003,DL3018 # it has to
      RUN apk add git && cd /
    `).text,
  );
  assert.equal(
    silenced(before, /in this stage/),
    readFixture(`
      # hadolint global ignore=DL3059
      # hadolint stage ignore=DL3018
      FROM alpine:3.21
      # hadolint ignore=DL3003 # it has to
      RUN apk add git && cd /
    `).text,
  );
  assert.equal(
    silenced(before, /in this file/),
    readFixture(`
      # hadolint global ignore=DL3059,DL3018
      FROM alpine:3.21
      # hadolint ignore=DL3003 # it has to
      RUN apk add git && cd /
    `).text,
  );
});

test("every comment that is offered silences the problem and makes no error", () => {
  for (const text of [
    "FROM alpine AS B\nRUN apk add git\nCMD x\n",
    "#!/x\n# syntax=docker/dockerfile:1\n\nFROM alpine AS B\n# why\nRUN apk add git && cd / && sudo x\n",
    "# check=error=true\nFROM alpine\nMAINTAINER me\nRUN apk add git\n",
    "# hadolint ignore=DL3006\nFROM alpine\n# hadolint ignore=DL3003\nRUN cd / && apk add git | x\n",
    "\uFEFFFROM alpine AS B\r\nRUN apk add git\r\n",
    "# escape=`\nARG A=1\nFROM a$A AS c\nADD x y\nUSER root\n",
  ]) {
    const file = parse(text);
    const before = lint(file, allRules);
    for (const finding of before) {
      for (const { title, edit } of silences(file, finding)) {
        const after = parse(applyEdits(text, [edit]));
        const left = lint(after, allRules).filter(
          ({ rule, message }) => rule === finding.rule && message === finding.message,
        );
        const same = before.filter(
          ({ rule, message }) => rule === finding.rule && message === finding.message,
        );
        assert.ok(left.length < same.length, `${title} in ${JSON.stringify(after.text)}`);
        assert.deepEqual(after.errors, [], after.text);
        assert.equal(after.directives.filter(({ name }) => name === "check").length <= 1, true);
      }
    }
  }
});
