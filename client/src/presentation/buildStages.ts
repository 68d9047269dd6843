/** A stage that a build can be told to end with. */
export interface NamedStage {
  readonly name: string;
  /** 0-based. */
  readonly line: number;
}

/**
 * The named stages of a Dockerfile, to choose a target from. Good enough for a
 * list to pick from: what it misses can still be built as a whole. The language
 * server, which knows exactly, is not to be waited for here.
 */
export function namedStages(text: string): readonly NamedStage[] {
  return text.split(/\r?\n/).flatMap((line, number) => {
    const match = /^\s*FROM\s+(?:--\S+\s+)*\S+\s+AS\s+([a-z][\w.-]*)\s*$/i.exec(line);
    return match?.[1] === undefined ? [] : [{ name: match[1], line: number }];
  });
}
