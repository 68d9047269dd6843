import assert from "node:assert/strict";
import { test } from "node:test";
import type { Script } from "./checkedScript.ts";
import { ShellAnswers } from "./shellAnswers.ts";
import { type ShellCheck, ShellCheckFailure } from "./shellCheck.ts";
import type { ShellComment } from "./shellComment.ts";

test("a script is asked for once, whatever document it is in", async () => {
  const shellCheck = new Oracle();
  const { answers } = answersWith(shellCheck);
  await learned(answers, "a", shellCheck, ["one", "two", "one"]);
  await learned(answers, "b", shellCheck, ["two", "three"]);
  assert.deepEqual(shellCheck.asked, ["one", "two", "three"]);
  assert.equal(answers.known(shellCheck, script("three"))?.[0]?.message, "three");
});

test("what nobody wants any more is not asked for", async () => {
  const shellCheck = new Oracle();
  const { answers } = answersWith(shellCheck);
  answers.want("a", wish(shellCheck, ["old"], fail));
  answers.want("b", wish(shellCheck, ["closed"], fail));
  answers.forget("b");
  await learned(answers, "a", shellCheck, ["new"]);
  assert.deepEqual(shellCheck.asked, ["new"]);
});

test("an answer that comes too late is kept, and nobody is told of it", async () => {
  const shellCheck = new Oracle();
  const { answers } = answersWith(shellCheck);
  const begun = shellCheck.hold();
  answers.want("a", wish(shellCheck, ["old", "never"], fail));
  const release = await begun;
  const fresh = learned(answers, "a", shellCheck, ["new"]);
  release();
  await fresh;
  assert.deepEqual(shellCheck.asked, ["old", "new"]);
  assert.equal(answers.known(shellCheck, script("old"))?.length, 1);
});

test("the same version again does not begin anew", async () => {
  const shellCheck = new Oracle();
  const { answers } = answersWith(shellCheck);
  const version = {};
  const begun = shellCheck.hold();
  const done = new Promise<void>((resolve) => {
    answers.want("a", { ...wish(shellCheck, ["one", "two"], resolve), version });
  });
  const release = await begun;
  answers.want("a", { ...wish(shellCheck, ["one", "two"], fail), version });
  release();
  await done;
  assert.deepEqual(shellCheck.asked, ["one", "two"]);
});

test("a script without an answer has no findings, and is not asked for again", async () => {
  const shellCheck = new Oracle({ fails: { cannotStart: false } });
  const { answers, failures } = answersWith(shellCheck);
  await learned(answers, "a", shellCheck, ["one", "two"]);
  assert.deepEqual(answers.known(shellCheck, script("one")), []);
  assert.deepEqual(shellCheck.asked, ["one", "two"]);
  assert.deepEqual(failures, ["no answer"]);
});

test("in place of a program that cannot be started the fallback is asked", async () => {
  const broken = new Oracle({ fails: { cannotStart: true } });
  const fallback = new Oracle();
  const { answers, failures } = answersWith(fallback);
  await learned(answers, "a", broken, ["one", "two"]);
  assert.deepEqual(broken.asked, ["one"]);
  assert.deepEqual(fallback.asked, ["one", "two"]);
  assert.equal(answers.known(broken, script("two"))?.[0]?.message, "two");
  assert.deepEqual(failures, ["no answer"]);
});

test("one script has an answer for each of the preambles that it had", async () => {
  const shellCheck = new Oracle();
  const { answers } = answersWith(shellCheck);
  await learned(answers, "a", shellCheck, ["one"]);
  assert.equal(
    answers.known(shellCheck, { ...script("one"), preamble: "#!/bin/bash\n" }),
    undefined,
  );
});

test("a document with more scripts than answers are remembered is asked for once", async () => {
  const shellCheck = new Oracle();
  const { answers } = answersWith(shellCheck);
  const many = Array.from({ length: 10_001 }, (_, index) => `script ${index}`);
  const version = {};
  await new Promise<void>((resolve) => {
    const onLearned = (): void => {
      if (shellCheck.asked.length === many.length) {
        resolve();
      }
    };
    answers.want("a", { ...wish(shellCheck, many, onLearned), version });
  });
  assert.equal(answers.known(shellCheck, script("script 0")), undefined);
  assert.ok(answers.known(shellCheck, script("script 10000")));
  answers.want("a", { ...wish(shellCheck, ["script 0"], fail), version });
  await learned(answers, "b", shellCheck, ["another"]);
  assert.equal(shellCheck.asked.length, many.length + 1);
});

/** Says of each script its own text. */
class Oracle implements ShellCheck {
  readonly asked: string[] = [];
  readonly #fails: { readonly cannotStart: boolean } | undefined;
  #held: ((release: () => void) => void) | undefined;

  constructor({ fails }: { readonly fails?: { readonly cannotStart: boolean } } = {}) {
    this.#fails = fails;
  }

  /** The next question waits; resolves with what lets it go on when it has come. */
  async hold(): Promise<() => void> {
    return new Promise((resolve) => {
      this.#held = resolve;
    });
  }

  async check(text: string): Promise<readonly ShellComment[]> {
    this.asked.push(text);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) {
      await new Promise<void>((resolve) => {
        held(resolve);
      });
    }
    if (this.#fails !== undefined) {
      throw new ShellCheckFailure("no answer", this.#fails);
    }
    const place = { line: 1, column: 1 };
    return [{ code: 1000, level: "info", message: text, start: place, end: place }];
  }

  stop(): void {
    // It runs nothing.
  }
}

function answersWith(fallback: ShellCheck): { answers: ShellAnswers; failures: string[] } {
  const failures: string[] = [];
  const answers = new ShellAnswers({
    fallback,
    onFailure: (message) => failures.push(message),
    delay: 0,
  });
  return { answers, failures };
}

function wish(shellCheck: ShellCheck, scripts: readonly string[], onLearned: () => void) {
  return { shellCheck, scripts: scripts.map(script), version: {}, onLearned };
}

/** Until everything is known. */
async function learned(
  answers: ShellAnswers,
  uri: string,
  shellCheck: ShellCheck,
  scripts: readonly string[],
): Promise<void> {
  await new Promise<void>((resolve) => {
    const onLearned = (): void => {
      if (scripts.every((each) => answers.known(shellCheck, script(each)) !== undefined)) {
        resolve();
      }
    };
    answers.want(uri, wish(shellCheck, scripts, onLearned));
  });
}

function script(text: string): Script {
  return { preamble: "", body: text, text };
}

function fail(): void {
  assert.fail("Nobody was to be told.");
}
