import assert from "node:assert/strict";
import { expectedPicture, readFixture, renderMarks } from "../testing/fixture.ts";
import { parse } from "./parse.ts";

/** Asserts that a marked Dockerfile has exactly the errors under its carets. */
export function checkErrors(marked: string): void {
  const { text } = readFixture(marked);
  const marks = parse(text).errors.map(({ span, message, deferred }) => ({
    ...span,
    label: deferred === true ? `later: ${message}` : message,
  }));
  assert.equal(renderMarks(text, marks), expectedPicture(marked));
}
