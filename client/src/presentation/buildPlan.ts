import type { BuildChoices } from "./buildChoices.ts";

/** What to build, as the user chose it; kept to build it again. */
export interface BuildPlan {
  readonly dockerfile: string;
  readonly contextFolder: string;
  readonly tag: string;
  readonly target?: string;
  readonly choices?: BuildChoices;
}
