import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { lint } from "./lint.ts";
import { invalidDefinitionDescription } from "./rules/invalidDefinitionDescription.ts";
import { legacyKeyValueFormat } from "./rules/legacyKeyValueFormat.ts";
import { multipleInstructionsDisallowed } from "./rules/multipleInstructionsDisallowed.ts";
import { noEmptyContinuation } from "./rules/noEmptyContinuation.ts";

const rules = [
  invalidDefinitionDescription,
  legacyKeyValueFormat,
  multipleInstructionsDisallowed,
  noEmptyContinuation,
];

/** BuildKit's names of what is found in the lines, which stand in a stage, below `head`. */
function find(lines: string, head = ""): string[] {
  return lint(parse(`${head}FROM busybox\n${lines}\n`), rules).flatMap(
    ({ rule }) => rule.alsoKnownAs[0] ?? [],
  );
}

const legacy = "LegacyKeyValueFormat";

test("dockerfile-utils' comment silences everything in the instruction on the next line", () => {
  assert.deepEqual(find("# dockerfile-utils: ignore\nENV a b"), []);
  assert.deepEqual(find("# dockerfile-utils: ignore\nRUN a \\\n\n b"), []);
  assert.deepEqual(find("# dockerfile-utils: ignore\n\nENV a b"), [legacy]);
  assert.deepEqual(find("# dockerfile-utils: ignore\n# why\nENV a b"), [legacy]);
  assert.deepEqual(find("# dockerfile-utils: ignore it\nENV a b"), [legacy]);
});

test("a comment above an instruction silences the rules that it names, or all", () => {
  assert.deepEqual(find("ENV a b"), [legacy]);
  for (const comment of [
    `# check=skip=${legacy}`,
    `#check=skip=Other,${legacy}`,
    `# CHECK = skip=${legacy}`,
    "# check=skip=all",
    `# check=skip=${legacy} because it is old`,
    `# check=skip=${legacy};error=true`,
    `# about it\n# check=skip=${legacy}\n\n# more about it`,
  ]) {
    assert.deepEqual(find(`${comment}\nENV a b`), [], comment);
  }
});

test("a comment that names other rules, is detached, indented or broken silences nothing", () => {
  for (const comment of [
    "# check=skip=Other",
    `# check=skip=${legacy}\n#`,
    `  # check=skip=${legacy}`,
    `# check=skip=${legacy};nonsense`,
    `# check=skip=Other\n# check=skip=${legacy}`,
    `# check=skip=${legacy.toLowerCase()}`,
    `# check=skip= ${legacy}`,
  ]) {
    assert.deepEqual(find(`${comment}\nENV a b`), [legacy], comment);
  }
});

test("the directive at the top silences everywhere, up to its first blank", () => {
  assert.deepEqual(find("ENV a b", `# check=skip=${legacy}\n`), []);
  assert.deepEqual(find("ENV a b", `# check=skip=Other, ${legacy}\n`), [legacy]);
  assert.deepEqual(find("ENV a b", `#!/bin/sh\n# check=skip=all\n`), []);
  assert.deepEqual(find("ENV a b", ` # check=skip=all\n`), [legacy]);
});

test("what looks at many instructions at once is not silenced above one of them", () => {
  assert.deepEqual(find("# check=skip=all\nRUN a \\\n\n b"), ["NoEmptyContinuation"]);
  assert.deepEqual(find("RUN a \\\n\n b", "# check=skip=NoEmptyContinuation\n"), []);
});

test("of several instructions the comment above the later decides", () => {
  const many = "MultipleInstructionsDisallowed";
  const skip = `# check=skip=${many}\n`;
  assert.deepEqual(find(`${skip}CMD ["a"]\nCMD ["b"]`), [many]);
  assert.deepEqual(find(`CMD ["a"]\n${skip}CMD ["b"]`), []);
});

test("the directive turns experiments on, which then cannot be skipped", () => {
  const experiment = "InvalidDefinitionDescription";
  const lines = "# what it is\nARG X=1";
  assert.deepEqual(find(lines), []);
  for (const options of [
    `experimental=${experiment}`,
    "experimental=all",
    `experimental=all;skip=${experiment}`,
    "skip=all;experimental=all",
  ]) {
    assert.deepEqual(find(lines, `# check=${options}\n`), [experiment], options);
  }
});

test("an error option makes errors of warnings", () => {
  const [finding] = lint(parse("# check=error=true\nFROM busybox\nENV a b\n"), rules);
  assert.equal(finding?.severity, "error");
});
