/** An instruction of a Dockerfile, as far as telling them apart needs it. */
export interface InstructionLine {
  /** 1-based: where it begins. */
  readonly line: number;
  /** With its continuation lines joined; without the bodies of its heredocs. */
  readonly text: string;
}

/** The instructions of a Dockerfile, in their order. Good enough to find one; the language server knows them exactly. */
export function instructionLines(dockerfileText: string): readonly InstructionLine[] {
  const escape = /^\s*#\s*escape\s*=\s*`/im.test(dockerfileText) ? "`" : "\\";
  const found: InstructionLine[] = [];
  let open: { line: number; text: string } | undefined;
  let heredocs: string[] = [];
  for (const [index, raw] of dockerfileText.split(/\r?\n/).entries()) {
    if (heredocs.length > 0) {
      if (raw.replace(/^\t+/, "") === heredocs[0]) {
        heredocs.shift();
      }
      continue;
    }
    if (/^\s*(?:#|$)/.test(raw)) {
      continue;
    }
    const line = raw.trimEnd();
    const isContinued = line.endsWith(escape);
    open ??= { line: index + 1, text: "" };
    open.text += isContinued ? line.slice(0, -1) : line;
    if (!isContinued) {
      found.push(open);
      heredocs = heredocNames(open.text);
      open = undefined;
    }
  }
  return open === undefined ? found : [...found, open];
}

function heredocNames(instruction: string): string[] {
  return /^\s*(?:RUN|COPY|ADD)\s/i.test(instruction)
    ? [...instruction.matchAll(/(?<![<\w])<<-?(["']?)([A-Za-z_]\w*)\1/g)].map(
        (match) => match[2] ?? "",
      )
    : [];
}
