/** A stretch of text: UTF-16 offsets from the start of the document, 0-based, half-open. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Does the offset lie inside the span or on one of its two edges (where a cursor can stand)? */
export function touches({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}
