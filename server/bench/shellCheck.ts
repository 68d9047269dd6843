/**
 * Reads the scripts of real Dockerfiles with the ShellCheck that comes along and with an installed one, and
 * applies every fix by itself: the problem has to be gone, and nothing new may come.
 *   node esbuild.mjs && node esbuild.mjs --tests server/bench/shellCheck.ts
 *   node client/dist/test/server/bench/shellCheck.js FILE.ndjson [SHELLCHECK]
 * FILE holds lines of {"id", "text"}. Prints the differences and the faults on standard output, and the figures
 * on standard error. Two versions of ShellCheck differ where its authors have changed it.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "../src/dockerfile/parse.ts";
import { applyEdits } from "../src/lint/rule.ts";
import { bundledShellCheck } from "../src/shellcheck/bundledShellCheck.ts";
import type { CheckedScript } from "../src/shellcheck/checkedScript.ts";
import { checkedScripts } from "../src/shellcheck/checkedScripts.ts";
import { InstalledShellCheck } from "../src/shellcheck/installedShellCheck.ts";
import type { ShellCheck } from "../src/shellcheck/shellCheck.ts";
import type { ShellComment } from "../src/shellcheck/shellComment.ts";
import { type ShellProblem, shellProblems } from "../src/shellcheck/shellProblems.ts";
import { WasmShellCheck } from "../src/shellcheck/wasmShellCheck.ts";

/** A ShellCheck that remembers, and how long it took for each script. */
class Reader {
  readonly milliseconds: number[] = [];
  readonly #shellCheck: ShellCheck;
  readonly #known = new Map<string, readonly ShellComment[]>();

  constructor(shellCheck: ShellCheck) {
    this.#shellCheck = shellCheck;
  }

  async problems(scripts: readonly CheckedScript[]): Promise<ShellProblem[]> {
    const found: ShellProblem[] = [];
    for (const script of scripts) {
      found.push(...shellProblems(script, await this.#comments(script.text)));
    }
    return found;
  }

  stop(): void {
    this.#shellCheck.stop();
  }

  async #comments(text: string): Promise<readonly ShellComment[]> {
    const known = this.#known.get(text);
    if (known !== undefined) {
      return known;
    }
    const began = performance.now();
    const comments = await this.#shellCheck.check(text, new AbortController().signal);
    this.milliseconds.push(performance.now() - began);
    this.#known.set(text, comments);
    return comments;
  }
}

const figures = { files: 0, scripts: 0, findings: 0, differences: 0, fixes: 0, faults: 0 };

async function main([file = "", program]: readonly string[]): Promise<void> {
  const bundled = new Reader(new WasmShellCheck(bundledShellCheck(resolve("server/dist"))));
  const installed =
    program === undefined ? undefined : new Reader(new InstalledShellCheck(program));
  for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const { id, text } = JSON.parse(line) as { id: string; text: string };
    const scripts = checkedScripts(parse(text));
    figures.files++;
    figures.scripts += scripts.length;
    const found = await bundled.problems(scripts);
    figures.findings += found.length;
    if (installed !== undefined) {
      compare(id, found, await installed.problems(scripts));
    }
    await tryFixes(id, text, found, bundled);
  }
  bundled.stop();
  const speed = { bundled: summary(bundled), installed: installed && summary(installed) };
  const memory = `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most`;
  console.error(JSON.stringify({ ...figures, speed, memory }));
}

function compare(id: string, ours: readonly ShellProblem[], theirs: readonly ShellProblem[]): void {
  const [first, second] = [places(ours), places(theirs)];
  for (const [who, some, others] of [
    ["bundled", first, second],
    ["installed", second, first],
  ] as const) {
    for (const place of some) {
      if (!others.has(place)) {
        figures.differences++;
        console.log(`${id}: only the ${who} one: ${place}`);
      }
    }
  }
}

function places(found: readonly ShellProblem[]): Set<string> {
  return new Set(found.map(({ rule, problem }) => `${rule.name} ${problem.start}-${problem.end}`));
}

async function tryFixes(
  id: string,
  text: string,
  found: readonly ShellProblem[],
  reader: Reader,
): Promise<void> {
  for (const { rule, problem } of found) {
    if (problem.fix !== undefined) {
      figures.fixes++;
      const file = parse(applyEdits(text, problem.fix.edits));
      const left = await reader.problems(checkedScripts(file));
      const faults = beyond(codes(left), without(codes(found), rule.name));
      if (faults.length > 0 || file.errors.length > parse(text).errors.length) {
        figures.faults++;
        console.log(`${id}: ${rule.name}, fixed, leaves ${faults.join(" ")}`);
      }
    }
  }
}

function codes(found: readonly ShellProblem[]): string[] {
  return found.map(({ rule }) => rule.name);
}

function without(names: readonly string[], name: string): string[] {
  return names.toSpliced(names.indexOf(name), 1);
}

/** The names that occur more often than they may. */
function beyond(names: readonly string[], allowed: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => times(name, names) > times(name, allowed));
}

function times(name: string, names: readonly string[]): number {
  return names.filter((each) => each === name).length;
}

function summary({ milliseconds }: Reader): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, of 95 in 100 below ${at(0.95)} ms, at most ${at(1)} ms`;
}

void main(process.argv.slice(2));
