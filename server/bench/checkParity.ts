/**
 * Compares our checks with BuildKit's: the same errors, and the same warnings on the same lines.
 *   node esbuild.mjs --tests server/bench/checkParity.ts
 *   DOCKER_HOST=… DOCKER=path/to/docker node client/dist/test/server/bench/checkParity.js FILE.ndjson [COUNT SEED]
 * FILE holds lines of {"id", "text"}. With COUNT that many variations of them are compared, each with one
 * to three slips. The engine needs busybox:local, the docker CLI needs buildx. No registry is asked: each
 * image of a FROM and a --from becomes busybox:local, or a tag of it where a variable is part of the name.
 * Prints each difference as a line of JSON on standard output, and the figures on standard error.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { normalizedImage } from "../src/dockerfile/imageReference.ts";
import { parse } from "../src/dockerfile/parse.ts";
import { mountOption } from "../src/dockerfile/runMounts.ts";
import { findStage } from "../src/dockerfile/stages.ts";
import type { Dockerfile, SyntaxErrorCode } from "../src/dockerfile/syntax.ts";
import { lint } from "../src/lint/lint.ts";
import { type Edit, applyEdits } from "../src/lint/rule.ts";
import { rules } from "../src/lint/rules/index.ts";
import { instructionAt } from "../src/lint/suppressions.ts";
import type { Span } from "../src/text/span.ts";

interface Sample {
  readonly id: string;
  readonly text: string;
}

/** Errors as "line message", warnings as "Rule line message". */
interface Verdict {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

const docker = process.env["DOCKER"] ?? "docker";

/** All of BuildKit's rules but InvalidBaseImagePlatform, which needs what is no part of the file. */
const theirRules = new Set(
  `StageNameCasing FromAsCasing NoEmptyContinuation ConsistentInstructionCasing DuplicateStageName
  ReservedStageName JSONArgsRecommended MaintainerDeprecated UndefinedArgInFrom WorkdirRelativePath
  UndefinedVar MultipleInstructionsDisallowed LegacyKeyValueFormat RedundantTargetPlatform
  SecretsUsedInArgOrEnv InvalidDefaultArgInFrom FromPlatformFlagConstDisallowed CopyIgnoredFile
  InvalidDefinitionDescription ExposeProtoCasing ExposeInvalidFormat`.split(/\s+/),
);

/** BuildKit has no line for these, or that of the line before. */
const placeless = new Set<SyntaxErrorCode>([
  "empty-file",
  "no-instructions",
  "line-too-long",
  "duplicate-directive",
  "invalid-escape-directive",
  "invalid-check-directive",
]);

async function main([path = "", count, seed = "1"]: readonly string[]): Promise<void> {
  const read = readFileSync(path, "utf8").split("\n");
  const samples = read.filter((line) => line !== "").map((line): Sample => JSON.parse(line));
  const chosen = count === undefined ? samples : vary(samples, Number(count), Number(seed));
  const figures = { files: 0, unreachable: 0, accepted: 0, warnings: 0, different: 0 };
  const queue = chosen.values();
  const tagged = new Set<string>();

  const work = async (): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-parity-"));
    for (const { id, text } of queue) {
      const local = await localize(text, tagged);
      const theirs = await buildkit(folder, local);
      if (theirs === undefined) {
        figures.unreachable++;
        continue;
      }
      figures.files++;
      figures.accepted += theirs.errors.length === 0 ? 1 : 0;
      figures.warnings += theirs.warnings.length;
      const difference = compare(theirs, ours(local));
      if (difference !== undefined) {
        figures.different++;
        console.log(JSON.stringify({ id, ...difference, text: local }));
      }
    }
    rmSync(folder, { recursive: true });
  };
  await Promise.all([work(), work()]);
  console.error(JSON.stringify(figures));
}

/** BuildKit stops at its first error, so that we may say more than it then. */
function compare(theirs: Verdict, ours: Verdict): object | undefined {
  const extra = minus(ours.warnings, theirs.warnings);
  const [error] = theirs.errors;
  if (error === undefined) {
    const missing = minus(theirs.warnings, ours.warnings);
    const isSame = ours.errors.length === 0 && missing.length === 0 && extra.length === 0;
    return isSame ? undefined : { errors: ours.errors, missing, extra };
  }
  // An image that is wrong by itself is an error; that it is wrong by default goes without saying.
  const missing = minus(theirs.warnings, ours.warnings).filter(
    (warning) => !warning.startsWith("InvalidDefaultArgInFrom") || warning.includes("$"),
  );
  const isKnown = ours.errors.some((mine) => isSameError(mine, error));
  return isKnown && missing.length === 0 ? undefined : { error, errors: ours.errors, missing };
}

/** A line that one of the two does not know counts as equal. */
function isSameError(mine: string, theirs: string): boolean {
  const [line = "", message] = mine.split(/ (.*)/s);
  const [otherLine = "", other] = theirs.split(/ (.*)/s);
  return message === other && (line === otherLine || line === "0" || otherLine === "0");
}

/** What is in `list` more often than in `other`. */
function minus(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((each) => {
    const index = left.indexOf(each);
    if (index >= 0) {
      left.splice(index, 1);
    }
    return index < 0;
  });
}

interface BuildKitPlace {
  readonly ranges?: readonly { readonly start: { readonly line: number } }[];
}

interface BuildKitReport {
  readonly warnings?:
    | readonly {
        readonly ruleName: string;
        readonly detail: string;
        readonly location?: BuildKitPlace;
      }[]
    | null;
  readonly buildError?: { readonly message: string; readonly location?: BuildKitPlace };
}

/** What BuildKit says; `undefined` when it would have to ask a registry. */
async function buildkit(folder: string, text: string): Promise<Verdict | undefined> {
  writeFileSync(join(folder, "Dockerfile"), text);
  const { stdout, stderr } = await run(["buildx", "build", "--call=check,format=json", folder]);
  if (stderr.includes("failed to resolve source metadata")) {
    return undefined;
  }
  if (!stdout.startsWith("{")) {
    return { errors: [`0 ${/^ERROR: (.*)/m.exec(stderr)?.[1] ?? stderr}`], warnings: [] };
  }
  const { warnings, buildError }: BuildKitReport = JSON.parse(stdout);
  // `# check=error=true` makes an error of what are warnings here.
  const isError =
    buildError !== undefined && !buildError.message.startsWith("lint violation found");
  return {
    errors: isError ? [`${lineOf(buildError.location)} ${plain(buildError.message)}`] : [],
    warnings: (warnings ?? [])
      .filter(({ ruleName }) => theirRules.has(ruleName))
      .map(({ ruleName, detail, location }) => `${ruleName} ${lineOf(location)} ${plain(detail)}`),
  };
}

function lineOf(place: BuildKitPlace | undefined): number {
  return place?.ranges?.[0]?.start.line ?? 0;
}

/** Without what stands before a message, and without the suggestion: of equally near ones BuildKit takes any. */
function plain(message: string): string {
  return message
    .replace(/^failed to solve: /, "")
    .replace(/^dockerfile parse error on line \d+: /, "")
    .replace(/ \(did you mean [^)]*\?\)$/, "");
}

/** What we say, on BuildKit's lines: the first of the instruction, whatever part of it is meant. */
function ours(text: string): Verdict {
  const file = parse(text);
  const lineAt = (offset: number): number => file.lines.lineAt(offset) + 1;
  const errors = file.errors
    .filter(({ deferred }) => deferred !== true)
    .map(({ span, message, code }) => {
      const start = instructionAt(file, span.start)?.span.start ?? span.start;
      return `${placeless.has(code) ? 0 : lineAt(start)} ${plain(message)}`;
    });
  const known = rules.filter(({ alsoKnownAs: [name = ""] }) => theirRules.has(name));
  const warnings = lint(file, known).map(({ rule, silencedAt, start, message }) => {
    const name = rule.alsoKnownAs[0] ?? rule.name;
    const instruction =
      instructionAt(file, start) ??
      silencedAt ??
      file.instructions.findLast(({ span }) => span.start <= start);
    const last = Math.max(instruction?.span.end ?? 0, instruction?.blankLines.at(-1)?.start ?? 0);
    const place = name === "NoEmptyContinuation" ? last : (instruction?.span.start ?? start);
    return `${name} ${lineAt(place)} ${plain(message)}`;
  });
  // We mark each empty line, BuildKit the instruction.
  const once = warnings.filter(
    (each, index) => !each.startsWith("NoEmptyContinuation") || warnings.indexOf(each) === index,
  );
  return { errors, warnings: once };
}

/** The text with images that the engine has. */
async function localize(text: string, tagged: Set<string>): Promise<string> {
  const file = parse(text);
  const places = copiedImages(file);
  for (const { from, base } of file.stages) {
    if (base.kind !== "image" || from.image === undefined || !isImage(base.image)) {
      continue;
    }
    if (!from.image.raw.text.includes("$")) {
      places.push(from.image.span);
    } else if (!tagged.has(base.image)) {
      tagged.add(base.image);
      await run(["tag", "busybox:local", base.image]);
    }
  }
  return applyEdits(
    text,
    places.map((span): Edit => ({ ...span, newText: "busybox:local" })),
  );
}

/** The places of images, not stages, in `COPY --from` and mounts. */
function copiedImages(file: Dockerfile): Span[] {
  return file.instructions
    .flatMap((instruction) => {
      if (instruction.keyword === "COPY") {
        return [instruction.from];
      }
      return instruction.keyword === "RUN"
        ? instruction.mounts.map((mount) => mountOption(mount, "from")?.value)
        : [];
    })
    .flatMap((word) => {
      const name = word?.value.text ?? "";
      const isStage = /^[0-9]+$/.test(name) || findStage(file, name) !== undefined;
      return word !== undefined && !isStage && isImage(name) ? [word.span] : [];
    });
}

function isImage(name: string): boolean {
  return normalizedImage(name) !== undefined;
}

function run(args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(docker, args, { maxBuffer: 1 << 28 }, (_, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
}

const pieces = [
  ...Array.from("\"'\\$`{}[],=:-#<>/@ \t\n"),
  ..."--|--from=|--mount=|--chown=|type=cache,|target=/x|required,|ONBUILD |as|AS|80/TCP".split(
    "|",
  ),
  ...'${|${X:-|${X%|${X#*|${X/a/|$X|["|"]|="|\u00a0|é|<<EOF'.split("|"),
  ..."\\\n|\n\n|\r\n|EOF\n|# comment\n|#\n| \\\n# c\n|ARG X\n|ENV X=1\n|ENV X 1\n|USER $X\n".split(
    "|",
  ),
  ..."WORKDIR a\n|FROM busybox:local\n|FROM a AS b\n|# check=skip=all\n".split("|"),
];

/** Variations by a generator of its own, so that a seed always makes the same. */
function vary(samples: readonly Sample[], count: number, seed: number): Sample[] {
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, (_, index) => {
    const { id, text } = samples[random(samples.length)] ?? { id: "", text: "" };
    let result = text;
    for (let slips = 1 + random(3); slips > 0; slips--) {
      const at = random(result.length + 1);
      const length = random(3) === 0 ? 0 : 1 + random([2, 6, 20][random(3)] ?? 2);
      const piece = random(3) === 0 ? "" : (pieces[random(pieces.length)] ?? "");
      const put = random(6) === 0 ? result.slice(at, at + length).toLowerCase() : piece;
      result = result.slice(0, at) + put + result.slice(at + length);
    }
    return { id: `${id}, variation ${index + 1}`, text: result };
  });
}

void main(process.argv.slice(2));
