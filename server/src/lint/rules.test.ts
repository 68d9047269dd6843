import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parse } from "../dockerfile/parse.ts";
import { expectedPicture, readFixture, renderMarks } from "../testing/fixture.ts";
import { fixFaults } from "../testing/fixFaults.ts";
import { dedent } from "../text/dedent.ts";
import { type Finding, lint } from "./lint.ts";
import { applyEdits, type Example, type Rule } from "./rule.ts";
import { severitiesFor, surroundingsOf } from "./exampleRun.ts";
import { rules } from "./rules/index.ts";

for (const rule of rules) {
  suite(rule.name, () => {
    for (const [index, example] of rule.examples.entries()) {
      test(`example ${index + 1} has exactly the problems that it marks`, () => {
        const { text } = readFixture(example.bad);
        const marks = find(rule, text, example).map(({ start, end, severity, message }) => ({
          start,
          end,
          label: `${severity}: ${message}`,
        }));
        assert.ok(marks.length > 0, "the rule finds nothing");
        assert.equal(renderMarks(text, marks), expectedPicture(example.bad));
      });

      if (example.good !== undefined) {
        const good = dedent(example.good);
        test(`example ${index + 1} is well when it is mended`, () => {
          assert.deepEqual(find(rule, good, example), []);
          assert.deepEqual(parse(good).errors, []);
        });

        test(`the fixes of example ${index + 1} mend it`, () => {
          const { text } = readFixture(example.bad);
          const fixes = find(rule, text, example).flatMap(({ fix }) => (fix ? [fix] : []));
          if (fixes.length > 0) {
            assert.equal(
              applyEdits(
                text,
                fixes.flatMap(({ edits }) => edits),
              ),
              good,
            );
          }
        });
      }
    }
  });
}

suite("every fix of every example", () => {
  for (const rule of rules) {
    for (const [index, example] of rule.examples.entries()) {
      test(`${rule.name}, example ${index + 1}: the problem goes, nothing new comes, and the build stays as the fix says`, () => {
        const { text } = readFixture(example.bad);
        // With all rules as they are by themselves, and the example's own as its example has it.
        const options = {
          severities: rule.severity === "off" ? { [rule.name]: "warning" as const } : {},
          surroundings: surroundingsOf(rule, example),
        };
        assert.deepEqual(fixFaults(text, rules, options), []);
      });
    }
  }
});

test("no two rules share a name", () => {
  const names = rules.flatMap(({ name, alsoKnownAs }) => [name, ...alsoKnownAs]);
  assert.deepEqual(names, [...new Set(names)]);
});

test("every rule has an example, and words that are sentences", () => {
  for (const { name, examples, summary } of rules) {
    assert.match(name, /^[a-z]+(?:-[a-z0-9]+)*$/);
    assert.notEqual(examples.length, 0, name);
    assert.match(summary, /^[A-Z`][^\n]*\.$/, name);
  }
});

test("no rule throws on what no parser has understood", () => {
  const broken = [
    "",
    "FROM",
    "FROM a AS",
    "COPY",
    "ENV",
    "EXPOSE :",
    "FROM a\nCOPY --from= a b",
    "RUN <<",
  ];
  for (const text of broken) {
    lint(parse(text), rules, {
      severities: Object.fromEntries(rules.map(({ name }) => [name, "warning"])),
      onBrokenRule: (rule, error) =>
        assert.fail(`${rule.name} on ${JSON.stringify(text)}: ${String(error)}`),
    });
  }
});

function find(rule: Rule, text: string, example: Example): Finding[] {
  return lint(parse(text), rules, {
    severities: severitiesFor(rule, rules),
    surroundings: surroundingsOf(rule, example),
    onBrokenRule: (_, error) => {
      throw error;
    },
  }).filter((finding) => finding.rule === rule);
}
