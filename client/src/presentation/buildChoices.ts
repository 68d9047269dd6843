import type { SecretSource } from "../engine/build.ts";
import type { Localize } from "./localize.ts";

/** What a user chose for a build beyond what is built; nothing in it is secret. */
export interface BuildChoices {
  /** Only those that differ from their defaults. */
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Where each secret is, by id. */
  readonly secrets: Readonly<Record<string, SecretSource>>;
  /** Whether steps may talk to the user's SSH agent. */
  readonly sshAgent: boolean;
  readonly noCache: boolean;
  readonly pull: boolean;
  /** `undefined` for the engine's own. */
  readonly platform?: string;
  /** Names beside the first one. */
  readonly moreTags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `none` or `host`; `undefined` for the engine's own. */
  readonly network?: string;
  /** Addresses by the names that steps are to know them by. */
  readonly extraHosts?: Readonly<Record<string, string>>;
  /** Images whose cache is looked into. */
  readonly cacheFrom?: readonly string[];
  /** Whether the image carries its cache along. */
  readonly inlineCache?: boolean;
}

export const noChoices: BuildChoices = {
  buildArguments: {},
  secrets: {},
  sshAgent: false,
  noCache: false,
  pull: false,
  moreTags: [],
  labels: {},
};

/** What is special about a build, in one line; empty for the plainest. */
export function choicesText(
  { target, choices = noChoices }: { readonly target?: string; readonly choices?: BuildChoices },
  localize: Localize,
): string {
  const secrets = Object.entries(choices.secrets).map(([id, source]) =>
    sourceText(id, source, localize),
  );
  return [
    ...(target === undefined ? [] : [localize("target {0}", target)]),
    ...(isEmpty(choices.buildArguments)
      ? []
      : [localize("arguments {0}", pairs(choices.buildArguments))]),
    ...(secrets.length === 0 ? [] : [localize("secrets {0}", secrets.join(", "))]),
    ...(choices.sshAgent ? [localize("SSH agent")] : []),
    ...(choices.noCache ? [localize("no cache")] : []),
    ...(choices.pull ? [localize("always pull")] : []),
    ...(choices.platform === undefined ? [] : [choices.platform]),
    ...(choices.moreTags.length === 0
      ? []
      : [localize("also named {0}", choices.moreTags.join(", "))]),
    ...(choices.network === undefined ? [] : [localize("network {0}", choices.network)]),
    ...(isEmpty(choices.extraHosts ?? {})
      ? []
      : [localize("hosts {0}", pairs(choices.extraHosts ?? {}))]),
    ...((choices.cacheFrom ?? []).length === 0
      ? []
      : [localize("cache from {0}", (choices.cacheFrom ?? []).join(", "))]),
    ...(choices.inlineCache === true ? [localize("inline cache")] : []),
    ...(isEmpty(choices.labels) ? [] : [localize("labels {0}", pairs(choices.labels))]),
  ].join(" · ");
}

function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${shown(value)}`)
    .join(" ");
}

function sourceText(id: string, source: SecretSource, localize: Localize): string {
  return "file" in source
    ? localize("{0} from {1}", id, source.file)
    : localize("{0} from the variable {1}", id, source.variable);
}

/** In quotes where it would otherwise run into what follows. */
function shown(value: string): string {
  return value === "" || /[\s"·]/.test(value) ? JSON.stringify(value) : value;
}

function isEmpty(values: object): boolean {
  return Object.keys(values).length === 0;
}
