import { homedir } from "node:os";
import * as vscode from "vscode";
import type { SecretSource } from "../engine/build.ts";
import type { DeclaredArgument, SecretMount } from "../presentation/buildInputs.ts";
import type { Asked, Known } from "./buildSteps.ts";
import type { Prompts } from "./prompts.ts";
import { back, type Step } from "./stepPrompts.ts";

type Answer = Promise<Asked | typeof back | undefined>;

/** The declared arguments with their values, each to be changed; what is as its default is not sent. */
export function askForArguments(declared: readonly DeclaredArgument[]) {
  return async (prompts: Prompts, step: Step, _known: Known, asked: Asked): Answer => {
    const values = await askForValues(prompts, {
      step: {
        ...step,
        title: vscode.l10n.t("Build Image: Arguments"),
        placeholder: vscode.l10n.t("Choose an argument to change it, or continue"),
      },
      values: new Map(Object.entries(asked.choices.buildArguments)),
      rows: (values) =>
        declared.map(({ name, default: own }) => {
          const value = values.get(name);
          return {
            label: name,
            description:
              value === undefined
                ? own === undefined
                  ? vscode.l10n.t("not set")
                  : vscode.l10n.t("{0} (default)", own)
                : value,
          };
        }),
      async change(name, values) {
        const own = declared.find((each) => each.name === name)?.default;
        const value = await prompts.inputInStep({
          ...step,
          title: vscode.l10n.t("Build Image: {0}", name),
          canGoBack: true,
          prompt:
            own === undefined
              ? vscode.l10n.t("Value of the argument; empty leaves it unset")
              : vscode.l10n.t("Value of the argument; the Dockerfile's own is {0}", own),
          value: values.get(name) ?? own ?? "",
        });
        return value === undefined || value === back
          ? values
          : value === (own ?? "")
            ? without(values, name)
            : new Map([...values, [name, value]]);
      },
    });
    return values === undefined || values === back
      ? values
      : {
          ...asked,
          choices: { ...asked.choices, buildArguments: Object.fromEntries(values) },
        };
  };
}

/** The secrets that the Dockerfile mounts, each from a file or a variable. Their values are never asked for. */
export function askForSecrets(mounts: readonly SecretMount[]) {
  return async (prompts: Prompts, step: Step, _known: Known, asked: Asked): Answer => {
    const values = await askForValues(prompts, {
      step: {
        ...step,
        title: vscode.l10n.t("Build Image: Secrets"),
        placeholder: vscode.l10n.t("Choose a secret to say where it is, or continue"),
      },
      values: new Map(Object.entries(asked.choices.secrets)),
      rows: (values) =>
        mounts.map(({ id, required }) => {
          const source = values.get(id);
          return {
            label: id,
            description:
              source !== undefined
                ? whereText(source)
                : required
                  ? vscode.l10n.t("not given, and a step needs it")
                  : vscode.l10n.t("not given"),
          };
        }),
      async change(id, values) {
        const source = await askForSource(prompts, step, id, values.get(id));
        return source === undefined
          ? values
          : source === "none"
            ? without(values, id)
            : new Map([...values, [id, source]]);
      },
    });
    return values === undefined || values === back
      ? values
      : { ...asked, choices: { ...asked.choices, secrets: Object.fromEntries(values) } };
  };
}

/** Labels of the image: as many as one likes. */
export async function askForLabels(
  prompts: Prompts,
  step: Step,
  _known: Known,
  asked: Asked,
): Answer {
  const add = vscode.l10n.t("Add a Label…");
  const values = await askForValues(prompts, {
    step: {
      ...step,
      title: vscode.l10n.t("Build Image: Labels"),
      placeholder: vscode.l10n.t("Add or change labels of the image, or build"),
    },
    values: new Map(Object.entries(asked.choices.labels)),
    proceed: vscode.l10n.t("Build"),
    rows: (values) => [
      ...[...values].map(([label, description]) => ({ label, description })),
      { label: add, description: "" },
    ],
    async change(key, values) {
      const before = values.get(key);
      const text = await prompts.inputInStep({
        ...step,
        title: vscode.l10n.t("Build Image: Label"),
        canGoBack: true,
        prompt: vscode.l10n.t("Key and value; empty removes the label"),
        placeholder: "org.opencontainers.image.version=1.0",
        value: before === undefined ? "" : `${key}=${before}`,
        validateInput: (each) =>
          /^\s*$|^[^=\s]+=/.test(each)
            ? undefined
            : vscode.l10n.t("Write a key, an equals sign and a value."),
      });
      if (text === undefined || text === back) {
        return values;
      }
      const [, newKey, value = ""] = /^\s*([^=\s]+)=(.*)$/s.exec(text) ?? [];
      const others = without(values, key);
      return newKey === undefined ? others : new Map([...others, [newKey, value]]);
    },
  });
  return values === undefined || values === back
    ? values
    : { ...asked, choices: { ...asked.choices, labels: Object.fromEntries(values) } };
}

type Values<T> = ReadonlyMap<string, T>;

interface ValueList<T> {
  readonly step: Step;
  readonly values: Values<T>;
  /** What leads on; *Continue* unless given. */
  readonly proceed?: string;
  readonly rows: (values: Values<T>) => readonly vscode.QuickPickItem[];
  /** Asks for what belongs to a row, by its label. Turning away from that changes nothing. */
  readonly change: (label: string, values: Values<T>) => Promise<Values<T>>;
}

/** Shows a list of values, to be changed one by one, until the user goes on. */
export async function askForValues<T>(
  prompts: Prompts,
  { step, values, proceed, rows, change }: ValueList<T>,
): Promise<Values<T> | typeof back | undefined> {
  let current = values;
  for (;;) {
    const onward = { label: `$(check) ${proceed ?? vscode.l10n.t("Continue")}` };
    const picked = await prompts.pickInStep<vscode.QuickPickItem>([onward, ...rows(current)], step);
    if (picked === undefined || picked === back) {
      return picked;
    }
    const [item] = picked;
    if (item === undefined || item === onward) {
      return current;
    }
    current = await change(item.label, current);
  }
}

async function askForSource(
  prompts: Prompts,
  step: Step,
  id: string,
  before: SecretSource | undefined,
): Promise<SecretSource | "none" | undefined> {
  const file = {
    label: vscode.l10n.t("A File…"),
    description: before !== undefined && "file" in before ? whereText(before) : "",
  };
  const variable = {
    label: vscode.l10n.t("An Environment Variable…"),
    description: before !== undefined && "variable" in before ? whereText(before) : "",
  };
  const none = { label: vscode.l10n.t("Do Not Give It"), description: "" };
  const picked = await prompts.pickInStep(
    [file, variable, ...(before === undefined ? [] : [none])],
    {
      ...step,
      title: vscode.l10n.t("Build Image: Secret {0}", id),
      canGoBack: true,
      placeholder: vscode.l10n.t("Where the secret is; only that is remembered, never its value"),
    },
  );
  if (picked === undefined || picked === back) {
    return undefined;
  }
  switch (picked[0]) {
    case file:
      return await askForFile(prompts, id, before);
    case variable:
      return await askForVariable(prompts, step, id, before);
    default:
      return "none";
  }
}

async function askForFile(
  prompts: Prompts,
  id: string,
  before: SecretSource | undefined,
): Promise<SecretSource | undefined> {
  const chosen = await prompts.pickFile({
    title: vscode.l10n.t("File with the Secret {0}", id),
    openLabel: vscode.l10n.t("Use as Secret"),
    defaultUri: vscode.Uri.file(before !== undefined && "file" in before ? before.file : homedir()),
  });
  return chosen === undefined ? undefined : { file: chosen.fsPath };
}

async function askForVariable(
  prompts: Prompts,
  step: Step,
  id: string,
  before: SecretSource | undefined,
): Promise<SecretSource | undefined> {
  const name = await prompts.inputInStep({
    ...step,
    title: vscode.l10n.t("Build Image: Secret {0}", id),
    canGoBack: true,
    prompt: vscode.l10n.t("Name of the environment variable, as VS Code was started with it"),
    value:
      before !== undefined && "variable" in before
        ? before.variable
        : id.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_"),
    validateInput: (text) =>
      !/^[A-Za-z_]\w*$/.test(text.trim())
        ? vscode.l10n.t("This is no name of an environment variable.")
        : process.env[text.trim()] === undefined
          ? vscode.l10n.t("This variable is not set for VS Code.")
          : undefined,
  });
  return name === undefined || name === back ? undefined : { variable: name.trim() };
}

function whereText(source: SecretSource): string {
  return "file" in source
    ? source.file
    : vscode.l10n.t("environment variable {0}", source.variable);
}

function without<T>(values: Values<T>, key: string): Values<T> {
  return new Map([...values].filter(([each]) => each !== key));
}
