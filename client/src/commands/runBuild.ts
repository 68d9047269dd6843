import * as vscode from "vscode";
import type { BuildPlan } from "../presentation/buildPlan.ts";
import type { Services } from "./command.ts";

const plansKey = "slipway.buildPlans";
/** The last plans that were chosen with options: a plain build in between does not make them forgotten. */
const chosenPlansKey = "slipway.chosenBuildPlans";
/** Of the last Dockerfiles only. */
const mostPlans = 50;

/** How the Dockerfile was built last time in this workspace. */
export function rememberedPlan(memory: vscode.Memento, dockerfile: string): BuildPlan | undefined {
  return plans(memory).find((plan) => plan.dockerfile === dockerfile);
}

/** The last build in this workspace. */
export function lastPlan(memory: vscode.Memento): BuildPlan | undefined {
  return plans(memory)[0];
}

/** How the Dockerfile was built when options were last chosen for it. */
export function chosenPlan(memory: vscode.Memento, dockerfile: string): BuildPlan | undefined {
  return plans(memory, chosenPlansKey).find((plan) => plan.dockerfile === dockerfile);
}

export async function rememberPlan(memory: vscode.Memento, plan: BuildPlan): Promise<void> {
  for (const key of plan.choices === undefined ? [plansKey] : [plansKey, chosenPlansKey]) {
    const others = plans(memory, key).filter(({ dockerfile }) => dockerfile !== plan.dockerfile);
    await memory.update(key, [plan, ...others].slice(0, mostPlans));
  }
}

/** Builds, and offers what one does next. */
export async function runBuild(services: Services, plan: BuildPlan): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    // The menus do not offer it; a keybinding may still ask.
    return;
  }
  const outcome = await services.builds.run(plan);
  if (outcome.kind === "built") {
    void offerRun(services, plan, outcome.summary);
  } else if (outcome.kind === "failed") {
    void offerProblems(services, outcome.message);
  }
}

async function offerRun({ prompts }: Services, plan: BuildPlan, summary: string): Promise<void> {
  const run = vscode.l10n.t("Run");
  if ((await prompts.showInformation(summary, run)) === run) {
    await vscode.commands.executeCommand("slipway.images.run", plan.tag);
  }
}

async function offerProblems({ prompts }: Services, message: string): Promise<void> {
  const show = vscode.l10n.t("Show Problem");
  if ((await prompts.showError(message, show)) === show) {
    await vscode.commands.executeCommand("workbench.actions.view.problems");
  }
}

function plans(memory: vscode.Memento, key = plansKey): readonly BuildPlan[] {
  return memory.get<readonly BuildPlan[]>(key, []);
}
