/**
 * Whether a path matches a pattern as Go's `path.Match` sees it: `*` and `?` never match a slash. A
 * malformed pattern matches nothing.
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  let expression = "";
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? "";
    switch (character) {
      case "*":
        expression += "[^/]*";
        break;
      case "?":
        expression += "[^/]";
        break;
      case "\\":
        index++;
        expression += escape(characters[index] ?? "");
        break;
      case "[": {
        const end = classEnd(characters, index);
        if (end === undefined) {
          return () => false;
        }
        expression += characterClass(characters.slice(index + 1, end));
        index = end;
        break;
      }
      default:
        expression += escape(character);
    }
  }
  try {
    const compiled = new RegExp(`^${expression}$`, "u");
    return (path) => compiled.test(path);
  } catch {
    return () => false;
  }
}

function classEnd(characters: readonly string[], start: number): number | undefined {
  let index = start + (characters[start + 1] === "^" ? 2 : 1);
  for (let members = 0; index < characters.length; index++, members++) {
    if (characters[index] === "]" && members > 0) {
      return index;
    }
    if (characters[index] === "\\") {
      index++;
    }
  }
  return undefined;
}

/** The members of a class, which does not match a slash in any case. */
function characterClass(members: readonly string[]): string {
  const negated = members[0] === "^";
  let inside = "";
  for (let index = negated ? 1 : 0; index < members.length; index++) {
    const member = members[index] ?? "";
    if (member === "\\") {
      index++;
      inside += escape(members[index] ?? "");
    } else {
      inside += member === "-" ? "-" : escape(member);
    }
  }
  return `(?!/)[${negated ? "^" : ""}${inside}]`;
}

function escape(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}
