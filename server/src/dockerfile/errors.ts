import type { Span } from "../text/span.ts";
import type { SyntaxError, SyntaxErrorCode } from "./syntax.ts";

/** Collects what is wrong. */
export class ErrorList {
  readonly errors: SyntaxError[] = [];
  readonly #deferred: boolean;

  /** Errors in what an ONBUILD holds are `deferred`. */
  constructor(deferred: boolean) {
    this.#deferred = deferred;
  }

  /** A loop rather than spread arguments, of which there may be only so many. */
  addAll(errors: readonly SyntaxError[]): void {
    for (const error of errors) {
      this.errors.push(error);
    }
  }

  add(
    code: SyntaxErrorCode,
    span: Span,
    message: string | { message: string; suggestion?: string },
    conditional = false,
  ): void {
    this.errors.push({
      span,
      code,
      ...(typeof message === "string" ? { message } : message),
      ...(conditional ? { conditional: true } : {}),
      ...(this.#deferred ? { deferred: true } : {}),
    });
  }
}
