import { evaluationOf } from "../dockerfile/evaluate.ts";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";

/**
 * Who runs each instruction: what the last USER before it says, after expansion, also that of a stage below;
 * nothing where no USER has been, so that the image decides, which mostly is root.
 */
export function usersOf(file: Dockerfile): ReadonlyMap<Instruction, string> {
  const { expansions } = evaluationOf(file);
  const users = new Map<Instruction, string>();
  const last: (string | undefined)[] = [];
  for (const { base, instructions, index } of file.stages) {
    let user = base.kind === "stage" ? last[base.stage] : undefined;
    for (const instruction of instructions) {
      if (user !== undefined) {
        users.set(instruction, user);
      }
      if (instruction.keyword === "USER" && !instruction.onbuild) {
        user = expansions.get(instruction)?.[0]?.expansion.text ?? user;
      }
    }
    last[index] = user;
  }
  return users;
}

export function isRoot(user: string | undefined): boolean {
  return user === undefined || /^(?:root|0)(?::|$)/.test(user);
}
