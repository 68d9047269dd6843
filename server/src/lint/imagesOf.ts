import { evaluationOf } from "../dockerfile/evaluate.ts";
import type { Dockerfile, Instruction, Word } from "../dockerfile/syntax.ts";

/** Every image that a build fetches, after expansion, with where it is named. Those whose variables have no value are left out. */
export function* imagesOf(file: Dockerfile): Generator<{ image: string; word: Word }> {
  const { bases } = evaluationOf(file);
  const names = new Set<string>();
  for (const { index, from, name, instructions } of file.stages) {
    const base = bases[index];
    if (base?.kind === "image" && from.image !== undefined) {
      yield { image: base.image, word: from.image };
    }
    if (name !== undefined) {
      names.add(name);
    }
    for (const instruction of instructions) {
      for (const word of sourcesOf(instruction)) {
        const image = word.value.text;
        const isStage = names.has(image.toLowerCase()) || /^\d+$/.test(image) || image === "";
        if (!isStage && !image.includes("$")) {
          yield { image, word };
        }
      }
    }
  }
}

function* sourcesOf(instruction: Instruction): Generator<Word> {
  if (instruction.keyword === "COPY" && instruction.from !== undefined) {
    yield instruction.from;
  }
  if (instruction.keyword === "RUN") {
    for (const { key, value } of instruction.mounts.flatMap(({ options }) => options)) {
      if (key === "from" && value !== undefined) {
        yield value;
      }
    }
  }
}
