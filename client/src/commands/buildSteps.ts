import * as vscode from "vscode";
import type { BuildChoices } from "../presentation/buildChoices.ts";
import type { BuildInputs } from "../presentation/buildInputs.ts";
import type { NamedStage } from "../presentation/buildStages.ts";
import { defaultTag, referenceProblem } from "../presentation/imageReference.ts";
import { withTag } from "./buildImage.ts";
import { askForReach } from "./buildReachStep.ts";
import { askForArguments, askForLabels, askForSecrets } from "./buildValueSteps.ts";
import type { Prompts } from "./prompts.ts";
import { back, type Step } from "./stepPrompts.ts";

export interface Asked {
  readonly target: string | undefined;
  /** `undefined` until it is known what to call the image. */
  readonly tag: string | undefined;
  readonly choices: BuildChoices;
}

/** What the questions go by. */
export interface Known {
  readonly stages: readonly NamedStage[];
  readonly inputs: BuildInputs;
  /** Such as `linux/amd64`. */
  readonly ownPlatform: string;
  /** What an image without a name is called after. */
  readonly imageName: string;
  readonly before: Asked;
}

/** A question: takes what is chosen so far, gives what is chosen then; see `pickInStep` for the rest. */
type Question = (
  prompts: Prompts,
  step: Step,
  known: Known,
  asked: Asked,
) => Promise<Asked | typeof back | undefined>;

/**
 * Asks one question after another, only those that make sense for the
 * Dockerfile, with a way back. Turning away from any of them ends it all:
 * `undefined`.
 */
export async function askForChoices(
  prompts: Prompts,
  known: Known,
): Promise<(Asked & { readonly tag: string }) | undefined> {
  const { stages, inputs } = known;
  const questions: readonly Question[] = [
    ...(stages.length > 1 ? [askForTarget] : []),
    ...(inputs.arguments.length > 0 ? [askForArguments(inputs.arguments)] : []),
    ...(inputs.secrets.length > 0 ? [askForSecrets(inputs.secrets)] : []),
    askForSwitches,
    askForPlatform,
    askForTags,
    askForReach,
    askForLabels,
  ];
  let asked = withoutOutdated(known);
  let at = 0;
  for (let question = questions[at]; question !== undefined; question = questions[at]) {
    const step: Step = {
      title: vscode.l10n.t("Build Image with Options"),
      step: at + 1,
      totalSteps: questions.length,
      canGoBack: at > 0,
    };
    const answer = await question(prompts, step, known, asked);
    if (answer === undefined) {
      return undefined;
    }
    if (answer === back) {
      at -= 1;
    } else {
      asked = answer;
      at += 1;
    }
  }
  return asked.tag === undefined ? undefined : { ...asked, tag: asked.tag };
}

/** What was chosen before, less what the Dockerfile does not take any more. */
function withoutOutdated({ before, stages, inputs }: Known): Asked {
  const { choices } = before;
  const target = stages.some(({ name }) => name === before.target) ? before.target : undefined;
  return {
    target,
    tag: before.target === target ? before.tag : undefined,
    choices: {
      ...choices,
      buildArguments: only(
        choices.buildArguments,
        inputs.arguments.map(({ name }) => name),
      ),
      secrets: only(
        choices.secrets,
        inputs.secrets.map(({ id }) => id),
      ),
      sshAgent: choices.sshAgent && inputs.usesSshAgent,
    },
  };
}

function only<T>(
  values: Readonly<Record<string, T>>,
  keys: readonly string[],
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));
}

const askForTarget: Question = async (prompts, step, { stages }, asked) => {
  const whole = {
    label: vscode.l10n.t("Whole Dockerfile"),
    description: vscode.l10n.t("its last stage"),
    target: undefined,
  };
  const items = [
    whole,
    ...stages.map(({ name, line }) => ({
      label: name,
      description: vscode.l10n.t("stage on line {0}", line + 1),
      target: name,
    })),
  ];
  const last = items.find(({ target }) => target === asked.target) ?? whole;
  const picked = await prompts.pickInStep([last, ...items.filter((item) => item !== last)], {
    ...step,
    title: vscode.l10n.t("Build Image: Target"),
    placeholder: vscode.l10n.t("Which stage to build"),
  });
  if (picked === undefined || picked === back) {
    return picked;
  }
  const target = picked[0]?.target;
  // A name that was given for one stage is none for another.
  return { ...asked, target, tag: target === asked.target ? asked.tag : undefined };
};

const askForSwitches: Question = async (prompts, step, { inputs }, asked) => {
  const { choices } = asked;
  const noCache = {
    label: vscode.l10n.t("No Cache"),
    description: vscode.l10n.t("runs every instruction again"),
    picked: choices.noCache,
  };
  const pull = {
    label: vscode.l10n.t("Always Pull"),
    description: vscode.l10n.t("asks registries for newer base images"),
    picked: choices.pull,
  };
  const sshAgent = {
    label: vscode.l10n.t("SSH Agent"),
    description: vscode.l10n.t("lets steps with --mount=type=ssh use your keys"),
    picked: choices.sshAgent,
  };
  const items = [noCache, pull, ...(inputs.usesSshAgent ? [sshAgent] : [])];
  const picked = await prompts.pickInStep(items, {
    ...step,
    title: vscode.l10n.t("Build Image: How"),
    placeholder: vscode.l10n.t("Tick what applies; Enter goes on"),
    canPickMany: true,
  });
  if (picked === undefined || picked === back) {
    return picked;
  }
  return {
    ...asked,
    choices: {
      ...choices,
      noCache: picked.includes(noCache),
      pull: picked.includes(pull),
      sshAgent: picked.includes(sshAgent),
    },
  };
};

const askForPlatform: Question = async (prompts, step, { ownPlatform }, asked) => {
  const text = await prompts.inputInStep({
    ...step,
    title: vscode.l10n.t("Build Image: Platform"),
    prompt: vscode.l10n.t("What to build for; the engine runs on {0}", ownPlatform),
    value: asked.choices.platform ?? ownPlatform,
    placeholder: ownPlatform,
    validateInput: (value) =>
      /^(?:|[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?)$/i.test(value.trim())
        ? undefined
        : vscode.l10n.t("Write one platform, such as linux/arm64 or linux/arm/v7."),
  });
  if (text === undefined || text === back) {
    return text;
  }
  const { platform: _before, ...others } = asked.choices;
  const platform = text.trim().toLowerCase();
  return {
    ...asked,
    choices: platform === "" || platform === ownPlatform ? others : { ...others, platform },
  };
};

const askForTags: Question = async (prompts, step, { imageName }, asked) => {
  const { target, tag = defaultTag(imageName, target), choices } = asked;
  const text = await prompts.inputInStep({
    ...step,
    title: vscode.l10n.t("Build Image: Names"),
    prompt: vscode.l10n.t("Name of the image; further names after blanks"),
    value: [tag, ...choices.moreTags].join(" "),
    validateInput: (value) => {
      const names = namesIn(value);
      return (names.length === 0 ? [""] : names)
        .map((name) => referenceProblem(name, vscode.l10n.t))
        .find((problem) => problem !== undefined);
    },
  });
  if (text === undefined || text === back) {
    return text;
  }
  const [first, ...moreTags] = new Set(namesIn(text).map(withTag));
  return { ...asked, tag: first, choices: { ...choices, moreTags } };
};

function namesIn(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((name) => name !== "");
}
