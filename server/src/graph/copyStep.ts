import { sourceKind } from "../dockerfile/remoteSources.ts";
import { readBoolean } from "../dockerfile/goValues.ts";
import type { AddInstruction, CopyInstruction } from "../dockerfile/syntax.ts";
import type { MappedText } from "../text/mappedText.ts";
import type { CopiedSource, CopyOperation } from "./operation.ts";
import { type StageState, cleanPath } from "./stageState.ts";
import type { ContextRead, OriginRead, Read, Selection } from "./steps.ts";

export interface CopyContext {
  /** The text in which the instruction stands. */
  readonly document: string;
  readonly expand: (raw: MappedText) => string;
  /** Expands the body of a heredoc. */
  readonly expandBody: (text: string) => string;
  readonly readFrom: (
    from: string | undefined,
    selections: readonly Selection[],
  ) => ContextRead | OriginRead;
}

/** What a COPY or ADD does and reads. `linked` says what is asked for, not whether the engine heeds it. */
export function copyStep(
  instruction: CopyInstruction | AddInstruction,
  state: StageState,
  context: CopyContext,
): { operation: CopyOperation; reads: readonly Read[]; linked: boolean } {
  const flag = (name: string): string | undefined => {
    const found = instruction.flags.find((each) => each.name === name);
    return found === undefined
      ? undefined
      : found.value === undefined
        ? ""
        : context.expand(found.value.raw);
  };
  const isOn = (name: string): boolean => {
    const value = flag(name);
    return value !== undefined && (value === "" || readBoolean(value.toLowerCase()) === true);
  };
  const excludes = instruction.flags
    .filter(({ name }) => name === "exclude")
    .map(({ value }) => (value === undefined ? "" : context.expand(value.raw)));
  const parents = isOn("parents");
  const isAdd = instruction.keyword === "ADD";
  const unpackFlag = flag("unpack");
  const unpacks = unpackFlag === undefined ? isAdd : isOn("unpack");
  const checksum = flag("checksum") ?? "";
  const chmod = flag("chmod") ?? "";

  const sources: CopiedSource[] = [];
  const selections: Selection[] = [];
  const remotes: Read[] = [];
  const inlines: Read[] = [];
  const inlineSources: CopiedSource[] = [];
  for (const source of instruction.sources) {
    if (source.heredoc !== undefined) {
      const { name, quoted, content } = source.heredoc;
      const text = quoted ? content : context.expandBody(content);
      inlines.push({ kind: "inline", name, content: text, mode: 0o644 });
      inlineSources.push({ kind: "inline", name, unpack: false });
      continue;
    }
    const path = context.expand(source.raw);
    const kind = sourceKind(path);
    if (kind !== "local") {
      const pinned = checksum !== "" ? checksum : kind === "git" ? commitOf(path) : undefined;
      remotes.push({ kind: "remote", url: path, ...(pinned === undefined ? {} : { pinned }) });
      const name = kind === "git" ? "/" : fileName(path);
      const unpack = kind === "http" && unpackFlag !== undefined && isOn("unpack");
      sources.push({ kind, name, unpack });
      continue;
    }
    const { from, include } = parents ? pivot(path) : { from: path, include: undefined };
    const clean = cleanPath(from);
    selections.push({
      path: clean,
      wildcard: hasWildcard(clean),
      includes: include === undefined ? [] : [include],
      excludes,
    });
    sources.push({
      kind: "local",
      name: clean.slice(clean.lastIndexOf("/") + 1) || "/",
      ...(include === undefined ? {} : { include }),
      unpack: unpacks,
    });
  }
  const from =
    instruction.keyword === "COPY" && instruction.from !== undefined
      ? instruction.from.raw.text
      : undefined;
  const reads: Read[] = [
    ...(selections.length === 0 ? [] : [context.readFrom(from, selections)]),
    ...remotes,
    ...inlines,
  ];
  return {
    operation: {
      kind: "copy",
      destination: destinationOf(instruction, state, context),
      sources: [...sources, ...inlineSources],
      owner: owner(flag("chown") ?? ""),
      mode: /^[0-7]+$/.test(chmod) ? Number.parseInt(chmod, 8).toString(8) : chmod,
      excludes: selections.length === 0 ? [] : excludes,
    },
    reads,
    linked: isOn("link") && chmod === "",
  };
}

/** Whether the builder takes it for a pattern. */
export function hasWildcard(path: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*[*?[]/.test(path);
}

function destinationOf(
  instruction: CopyInstruction | AddInstruction,
  state: StageState,
  context: CopyContext,
): string {
  const written =
    instruction.destination === undefined ? "" : context.expand(instruction.destination.raw);
  const path = written === "." || written === "" ? "./" : written;
  const clean = path.startsWith("/") ? cleanPath(path) : cleanPath(`${state.directory}/${path}`);
  if (path.endsWith("/.")) {
    return clean === "/" ? "/." : `${clean}/.`;
  }
  return path.endsWith("/") && clean !== "/" ? `${clean}/` : clean;
}

/** Numbers are numbers however they are written; a missing group is something else than group 0. */
function owner(text: string): string {
  return text
    .split(/:(.*)/s, 2)
    .map((part) => (/^[+-]?[0-9]+$/.test(part) ? `#${Number(part)}` : part))
    .join(":");
}

/** `COPY --parents a/./b/c`: what lies before the dot is where it starts. */
function pivot(path: string): { from: string; include: string } {
  const dot = path.indexOf("/./");
  const from = dot === -1 ? "/" : path.slice(0, dot);
  const pattern = dot === -1 ? path : path.slice(dot + 3);
  return { from, include: cleanPath(pattern).slice(1) };
}

function fileName(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const name = path.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return name === "" || name === "." ? "__unnamed__" : name;
}

/** A full commit in the fragment or query of a repository's URL. */
function commitOf(url: string): string | undefined {
  const fragment = /#([^:]*)/.exec(url)?.[1] ?? "";
  const query = /[?&](?:commit|checksum|ref)=([^&#]*)/.exec(url)?.[1] ?? "";
  return [fragment, query].find((text) => /^[0-9a-f]{40}$/.test(text));
}
