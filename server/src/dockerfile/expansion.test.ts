import assert from "node:assert/strict";
import { test } from "node:test";
import { verbatim } from "../text/mappedText.ts";
import { type ExpansionOptions, expand } from "./expansion.ts";

const variables = new Map([
  ["a", "A"],
  ["empty", ""],
  ["path", "usr/local/bin"],
  ["stars", "a*b"],
]);

function expanded(raw: string, options: Partial<ExpansionOptions> = {}) {
  return expand(verbatim(raw, { start: 0, end: raw.length }), variables, {
    escape: "\\",
    ...options,
  });
}

function checkText(raw: string, text: string, options?: Partial<ExpansionOptions>): void {
  const { text: actual, error } = expanded(raw, options);
  assert.equal(error?.message, undefined, raw);
  assert.equal(actual, text, raw);
}

function checkError(raw: string, reason: string, place: string): void {
  const { error } = expanded(raw);
  assert.ok(error !== undefined, `${raw} should fail`);
  assert.ok(error.message.endsWith(`: ${reason}`), error.message);
  assert.equal(raw.slice(error.span.start, error.span.end), place);
}

test("variables are replaced, and empty when they are not set", () => {
  checkText("x$a-${a}y", "xA-Ay");
  checkText("$no${no}x", "x");
  checkText("$ $. a$", "$ $. a$");
  checkText("$1a", "a");
});

test("quotes go, single ones keep what is inside as it is", () => {
  checkText(`'$a' "$a" "it's" '"'`, `$a A it's "`);
  checkText(String.raw`\$a "\$a\n\"" '\'`, String.raw`$a $a\n" ${"\\"}`);
  checkText('`$a "`""', '$a "', { escape: "`" });
});

test("modifiers tell unset from empty", () => {
  checkText("${no-w}${empty-w}${a-w}", "wA");
  checkText("${no:-w}${empty:-w}${a:-w}", "wwA");
  checkText("${no+w}${empty+w}${a:+w}${empty:+w}", "ww");
  checkText("${no:-${a:-x}y}", "Ay");
  checkText("${a:?no}", "A");
});

test("patterns cut the shortest or the longest match", () => {
  checkText("${path#*/}", "local/bin");
  checkText("${path##*/}", "bin");
  checkText("${path%/*}", "usr/local");
  checkText("${path%%/*}", "usr");
  checkText("${path/l*l/X}", "usr/X/bin");
  checkText("${path//\\//:}", "usr:local:bin");
  checkText("${path/u?r/x}", "x/local/bin");
  checkText("${stars#a\\*}", "b");
});

test("what cannot be expanded says why and where", () => {
  checkError("x${a", "unsupported modifier (\ufffd) in substitution", "${a");
  checkError("${", "syntax error: missing '}'", "${");
  checkError("${a:-b", "syntax error: missing '}'", "${a:-b");
  checkError("x${}", "syntax error: bad substitution", "${}");
  checkError("${a=b}", "unsupported modifier (=) in substitution", "${a=");
  checkError("${a:#b}", "unsupported modifier (:#) in substitution", "${a:#");
  checkError("${a/b}", "syntax error: missing '/' in ${}", "${a/b}");
  checkError("${no?}", "no: is not allowed to be unset", "${no?}");
  checkError("${empty:?}", "empty: is not allowed to be empty", "${empty:?}");
  checkError("${no:?say it}", "no: say it", "${no:?say it}");
  checkError("${a#\\q}", "invalid pattern (\\q) in substitution: invalid escape '\\q'", "${a#\\q}");
  const single = "unexpected end of statement while looking for matching single-quote";
  checkError("a 'b", single, "'b");
  const double = "unexpected end of statement while looking for matching double-quote";
  checkError('a "b$a', double, '"b$a');
});

test("every variable that is looked up is told, with its place", () => {
  const raw = "$a ${no:-$empty}";
  const uses = expanded(raw).uses.map(({ name, span, whole, value, modifier }) => ({
    name,
    at: raw.slice(span.start, span.end),
    whole: raw.slice(whole.start, whole.end),
    value,
    modifier,
  }));
  assert.deepEqual(uses, [
    { name: "a", at: "a", whole: "$a", value: "A", modifier: "" },
    { name: "empty", at: "empty", whole: "$empty", value: "", modifier: "" },
    { name: "no", at: "no", whole: "${no:-$empty}", value: undefined, modifier: ":-" },
  ]);
});

test("words are cut where white space is neither quoted nor escaped", () => {
  const { words } = expanded(String.raw`80 "a b" c\ d ${"${no:-x y}"}`, { split: true });
  assert.deepEqual(
    words.map(({ text }) => text),
    ["80", "a b", "c d", "x", "y"],
  );
});

test("deep nesting and doubling values end in an error or in less text, not in a crash", () => {
  assert.ok(expanded("${a:-".repeat(20_000)).error !== undefined);
  const long = new Map([["x", "x".repeat(1 << 19)]]);
  const raw = "$x".repeat(1000);
  const { text } = expand(verbatim(raw, { start: 0, end: raw.length }), long, { escape: "\\" });
  assert.ok(text.length <= 1 << 21);
});
