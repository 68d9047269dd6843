import type { PrepareRenameResult } from "vscode-languageserver";
import type { Dockerfile } from "../dockerfile/syntax.ts";
import type { Edit } from "../lint/rule.ts";
import { type Named, namedAt } from "./names.ts";
import { rangeOf } from "./ranges.ts";

/** What cannot be renamed, or not to this, in words for the user. */
export class RenameRefusal extends Error {}

/** The range of the name at the offset. `undefined` where there is nothing to rename; throws `RenameRefusal` where there is something that has to keep its name. */
export function prepareRename(file: Dockerfile, offset: number): PrepareRenameResult | undefined {
  const found = namedAt(file, offset);
  if (found === undefined || !found.place.named) {
    return undefined;
  }
  refuseFixedNames(found.named);
  const { span } = found.place;
  return {
    range: rangeOf(file.lines, span),
    placeholder: file.text.slice(span.start, span.end),
  };
}

/** Gives the stage, variable or heredoc at the offset another name everywhere in its scope. Throws `RenameRefusal`. */
export function rename(file: Dockerfile, offset: number, newName: string): Edit[] {
  const named = namedAt(file, offset)?.named;
  if (named === undefined) {
    return [];
  }
  refuseFixedNames(named);
  refuseNewName(file, named, newName);
  return named.places
    .filter(({ named: isName }) => isName)
    .map(({ span: { start, end } }) => ({ start, end, newText: newName }));
}

function refuseFixedNames(named: Named): void {
  if (named.kind === "variable" && named.binding.kind === "predefined") {
    throw new RenameRefusal(`The builder gives ${named.name} its value under this name.`);
  }
  if (named.kind === "variable" && named.binding.pair === undefined) {
    throw new RenameRefusal(`${named.name} comes from the base image.`);
  }
  if (named.kind === "stage" && named.stage.from.stageName === undefined) {
    throw new RenameRefusal("This stage has no name yet.");
  }
}

function refuseNewName(file: Dockerfile, named: Named, newName: string): void {
  switch (named.kind) {
    case "stage":
      // The rule of BuildKit's parser; capitals only work in some places.
      if (!/^[a-z][a-z0-9._-]*$/.test(newName)) {
        throw new RenameRefusal(
          "A stage's name begins with a letter and goes on with lowercase letters, digits, '-', '_' and '.'.",
        );
      }
      if (newName === "scratch" || newName === "context") {
        throw new RenameRefusal(`The name "${newName}" is reserved.`);
      }
      if (file.stages.some((stage) => stage !== named.stage && stage.name === newName)) {
        throw new RenameRefusal(`There is a stage "${newName}" already.`);
      }
      return;
    case "variable":
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(newName)) {
        throw new RenameRefusal(
          "A variable's name has letters, digits and '_' only, and no digit first.",
        );
      }
      if (named.neighbors.has(newName)) {
        throw new RenameRefusal(`There is a variable "${newName}" already.`);
      }
      return;
    case "heredoc":
      if (!/^[A-Za-z_][A-Za-z0-9_.]*$/.test(newName)) {
        throw new RenameRefusal("The name of a heredoc has letters, digits, '_' and '.' only.");
      }
  }
}
