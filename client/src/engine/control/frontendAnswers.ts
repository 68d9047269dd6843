import type {
  DockerfileOutline,
  DockerfileTarget,
  EngineWarning,
  LineRange,
  OutlineNeed,
} from "../dockerfileText.ts";
import { fieldOf, linesOf, listOf, textOf } from "./looseJson.ts";

/** Of https://github.com/moby/buildkit/tree/v0.25.2/frontend/subrequests; what is not there is empty. */

/** The answer to `frontend.lint`, by line; the frontend's own order is random. */
export function readWarnings(answer: unknown): readonly EngineWarning[] {
  return listOf(fieldOf(answer, "warnings"))
    .map((warning) => ({
      rule: textOf(warning, "ruleName"),
      description: textOf(warning, "description"),
      detail: textOf(warning, "detail"),
      url: textOf(warning, "url"),
      lines: linesOf(fieldOf(warning, "location")),
    }))
    .sort((a, b) => startOf(a.lines) - startOf(b.lines) || compareTexts(a.detail, b.detail));
}

/** The answer to `frontend.outline`. */
export function readOutline(answer: unknown): DockerfileOutline {
  return {
    arguments: listOf(fieldOf(answer, "args")).map((argument) => ({
      name: textOf(argument, "name"),
      description: textOf(argument, "description"),
      value: textOf(argument, "value"),
      lines: linesOf(fieldOf(argument, "location")),
    })),
    secrets: listOf(fieldOf(answer, "secrets")).map(readNeed),
    ssh: listOf(fieldOf(answer, "ssh")).map(readNeed),
  };
}

/** The answer to `frontend.targets`. */
export function readTargets(answer: unknown): readonly DockerfileTarget[] {
  return listOf(fieldOf(answer, "targets")).map((target) => ({
    name: textOf(target, "name"),
    isDefault: fieldOf(target, "default") === true,
    description: textOf(target, "description"),
    base: textOf(target, "base"),
    platform: textOf(target, "platform"),
    lines: linesOf(fieldOf(target, "location")),
  }));
}

function readNeed(need: unknown): OutlineNeed {
  return {
    id: textOf(need, "name"),
    required: fieldOf(need, "required") === true,
    lines: linesOf(fieldOf(need, "location")),
  };
}

function startOf(lines: readonly LineRange[]): number {
  return lines[0]?.start ?? 0;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
