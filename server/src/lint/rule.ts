import type { IgnoreMatcher } from "../buildContext/dockerignore.ts";
import type { Dockerfile, Instruction } from "../dockerfile/syntax.ts";
import type { ContextSnapshot } from "./contextSnapshot.ts";
import type { Span } from "../text/span.ts";

export type Severity = "error" | "warning" | "info";

/** One thing to know about a Dockerfile: its names, its words, its examples, and how to find it. */
export interface Rule {
  /** In kebab case; reads well after "allow". BuildKit's own name where BuildKit has the check. */
  readonly name: string;
  /** Names of other tools for the same finding, which suppression comments may use too. */
  readonly alsoKnownAs: readonly string[];
  readonly severity: Severity | "off";
  /** The version of Slipway that had it first; 0.1.0 when absent. */
  readonly since?: string;
  /** One sentence, in Markdown. */
  readonly summary: string;
  /** Why it matters, in Markdown; indentation is taken away. */
  readonly explanation: string;
  /** BuildKit does not let a `# check=skip=` comment above an instruction silence this; the directive at the top does. */
  readonly ignoresInlineSkip?: true;
  readonly examples: readonly Example[];
  /** The address of its documentation, where that is known. */
  readonly page?: string;
  /** How it can be read where tools differ, by name; the first is what counts unless another is chosen. */
  readonly modes?: Readonly<Record<string, RuleMode>>;
  /** It says how to build faster, and not that something is wrong: `slipway check` does not fail because of it. */
  readonly isAdvice?: true;
  /** It judges what the other rules found, and so runs behind them. */
  readonly runsLast?: true;
  check(file: Dockerfile, surroundings: Surroundings, others: OtherRules): Iterable<Problem>;
}

export interface RuleMode {
  /** What it finds, in Markdown: the end of a sentence that begins with the mode. */
  readonly meaning: string;
  readonly isHadolints?: true;
}

/** What a rule may know of the other rules of its run. */
export interface OtherRules {
  /** All of them, those that are switched off too. */
  readonly all: readonly Rule[];
  /** Those that have run so far. */
  readonly ran: ReadonlySet<Rule>;
  /** What they have found so far, also what a comment silences. */
  readonly found: readonly { readonly rule: Rule; readonly problem: Problem }[];
}

/** What a rule may know beside the Dockerfile. */
export interface Surroundings {
  /** The ignore file of the build context; absent when there is none. */
  readonly ignoreFile?: IgnoreMatcher;
  /** The files of the build context that matter; absent when the context is not known. */
  readonly contextFiles?: ContextSnapshot;
  readonly policy?: Policy;
  /** What the engine says of images; absent when no engine is known. */
  readonly images?: KnownImages;
  /** By rule name, the modes that are not the first. */
  readonly modes?: ReadonlyMap<string, string>;
}

/** Images that the engine has. */
export interface KnownImages {
  /** By the name in the Dockerfile, after expansion. */
  readonly byName: ReadonlyMap<string, ImageFacts>;
  /** What the engine builds for when nothing is said: `os/architecture`. */
  readonly platform?: string;
}

/** An image's configuration, as far as it decides about problems. */
export interface ImageFacts {
  /** `NAME=value` */
  readonly environment?: readonly string[];
  readonly shell?: readonly string[];
  readonly user?: string;
  /** `os/architecture` */
  readonly platform?: string;
}

/** What a project asks of its images. */
export interface Policy {
  /** Host names, each with `*` at its start or its end for any text; any registry is trusted when absent. */
  readonly trustedRegistries?: readonly string[];
  /** The labels that an image should have, and what their values are. */
  readonly labelSchema?: ReadonlyMap<string, LabelType>;
  /** An image should have no other labels. */
  readonly strictLabels?: boolean;
  /** Words of a name that mean a secret, beside the usual ones; with `!` before it, one of those that does not. */
  readonly secretWords?: readonly string[];
  /** Words that say that a name means no secret, beside the usual ones. */
  readonly publicWords?: readonly string[];
}

export type LabelType = (typeof labelTypes)[number];

export const labelTypes = ["text", "url", "semver", "hash", "rfc3339", "spdx", "email"] as const;

/** A finding. The span is the narrowest text that shows it. */
export interface Problem extends Span {
  /** What is wrong; what to do. */
  readonly message: string;
  readonly fix?: Fix;
  /** The instruction whose comments can silence it, where it is not the one that holds the span. */
  readonly silencedAt?: Instruction;
  readonly tag?: "unnecessary" | "deprecated";
  /** The one of the rule's `alsoKnownAs` of hadolint that means this finding; its other codes do not silence it. */
  readonly alias?: string;
  /** Where it is not as severe as the rule is by default. */
  readonly severity?: Severity;
  readonly related?: { readonly span: Span; readonly message: string };
}

export interface Fix {
  /** An order to the editor, such as "Change to lowercase". */
  readonly title: string;
  /** In order of place, without overlaps. */
  readonly edits: readonly Edit[];
  /** The image that is built stays the same, so that "fix all" may apply it unseen. */
  readonly safe: boolean;
  /** The text of a build step changes by a safe fix, so that the step runs anew once. */
  readonly changesSteps?: true;
}

export interface Edit extends Span {
  readonly newText: string;
}

/** Shown in the rule's page and run as a test; indentation is taken away. */
export interface Example {
  /** A Dockerfile with its problems marked: carets under the place, then severity and message. */
  readonly bad: string;
  /** Silent for this rule; what the fixes make of `bad`, where the problems have fixes. */
  readonly good?: string;
  /** The ignore file beside the Dockerfile. */
  readonly ignoreFile?: string;
  /** Paths of files in the build context, which is unknown without; those that end in a slash are directories. */
  readonly contextFiles?: readonly string[];
  readonly policy?: Policy;
  /** The images that the engine has. */
  readonly images?: Readonly<Record<string, ImageFacts>>;
  /** The mode of the rule that the example is for, where that is not its first. */
  readonly mode?: string;
}

/** The text after the edits, which must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const { start, end, newText } of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at);
}
