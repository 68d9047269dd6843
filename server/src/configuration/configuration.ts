import type { Policy, Severity } from "../lint/rule.ts";
import type { RuleSet } from "../lint/ruleSets.ts";

/** What a project has laid down about its checks, in files and in the environment. */
export interface Configuration {
  /** How severe a finding is, by any name of its rule. */
  readonly codes: ReadonlyMap<string, Severity | "off">;
  readonly ruleSet?: RuleSet;
  /** How rules are read, by their names. */
  readonly modes: ReadonlyMap<string, string>;
  readonly policy: Policy;
  /** Comments of hadolint do not silence anything. */
  readonly ignoresPragmas: boolean;
  /** How severe a finding has to be to fail a command; absent where nothing is said. */
  readonly failureThreshold?: Severity;
  /** Findings never fail a command. */
  readonly neverFails: boolean;
  /** The files that it comes from. */
  readonly files: readonly ConfigurationFile[];
}

export interface ConfigurationFile {
  /** As a path of this machine. */
  readonly path: string;
  /** What is wrong in the file; what is right in it counts all the same. */
  readonly mistakes: readonly ConfigurationMistake[];
}

export interface ConfigurationMistake {
  /** 0-based line in the file. */
  readonly line: number;
  readonly message: string;
}

/** Finds what counts for a Dockerfile. Never rejects. */
export type FindConfiguration = (place: {
  /** `undefined` for one that is not on the disk. */
  readonly dockerfileUri: string | undefined;
  /** The folder that hadolint would be run in, when that is known. */
  readonly folderUri: string | undefined;
}) => Promise<Configuration>;

export const noConfiguration: Configuration = {
  codes: new Map(),
  modes: new Map(),
  policy: {},
  ignoresPragmas: false,
  neverFails: false,
  files: [],
};
