import * as vscode from "vscode";

/** The answer of who wants to see the question before once more. */
// From the registry of symbols, so that answers of tests, which are bundled apart, are the same.
export const back: unique symbol = Symbol.for("slipway.back");

/** Which of several questions one is. */
export interface Step {
  readonly title: string;
  /** 1-based. */
  readonly step: number;
  readonly totalSteps: number;
  /** Whether there is a question to go back to. */
  readonly canGoBack: boolean;
  readonly placeholder?: string;
}

export interface PickStep extends Step {
  /** Several items are chosen by ticking them; those with `picked` are ticked already. */
  readonly canPickMany?: boolean;
}

export interface InputStep extends Step {
  readonly prompt: string;
  readonly value: string;
  /** Why the text will not do, or undefined if it will. */
  readonly validateInput?: (text: string) => string | undefined;
}

/** What was chosen; `undefined` when the user turned away. */
export async function pickInStep<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: PickStep,
): Promise<readonly T[] | typeof back | undefined> {
  const picker = vscode.window.createQuickPick<T>();
  picker.items = items;
  picker.canSelectMany = options.canPickMany === true;
  picker.matchOnDescription = true;
  if (picker.canSelectMany) {
    picker.selectedItems = items.filter(({ picked }) => picked === true);
  }
  // Enter chooses nothing where what was typed matches no item.
  return await ask(picker, options, () =>
    picker.canSelectMany || picker.selectedItems.length > 0 ? picker.selectedItems : undefined,
  );
}

/** What was typed; `undefined` when the user turned away. */
export async function inputInStep(options: InputStep): Promise<string | typeof back | undefined> {
  const box = vscode.window.createInputBox();
  const validate = (): string | undefined => options.validateInput?.(box.value);
  box.prompt = options.prompt;
  box.value = options.value;
  box.onDidChangeValue(() => {
    box.validationMessage = validate();
  });
  return await ask(box, options, () => {
    box.validationMessage = validate();
    return box.validationMessage === undefined ? box.value : undefined;
  });
}

/** Shows a question until it is answered; `answer` gives undefined while the answer will not do. */
async function ask<T>(
  question: vscode.QuickInput & {
    placeholder: string | undefined;
    buttons: readonly vscode.QuickInputButton[];
    readonly onDidAccept: vscode.Event<void>;
    readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
  },
  options: Step,
  answer: () => T | undefined,
): Promise<T | typeof back | undefined> {
  question.title = options.title;
  question.step = options.step;
  question.totalSteps = options.totalSteps;
  question.placeholder = options.placeholder;
  question.buttons = options.canGoBack ? [vscode.QuickInputButtons.Back] : [];
  // A look into the editor between two questions is no answer.
  question.ignoreFocusOut = true;
  try {
    return await new Promise((resolve) => {
      question.onDidAccept(() => {
        const given = answer();
        if (given !== undefined) {
          resolve(given);
        }
      });
      question.onDidTriggerButton(() => resolve(back));
      question.onDidHide(() => resolve(undefined));
      question.show();
    });
  } finally {
    question.dispose();
  }
}
