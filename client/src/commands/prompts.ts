import * as vscode from "vscode";
import type { Confirmation } from "../presentation/prune.ts";
import {
  type back,
  type InputStep,
  inputInStep,
  type PickStep,
  pickInStep,
} from "./stepPrompts.ts";

/** Everything that a command asks the user or tells him; VS Code shows no dialogs in tests, so that tests answer here. */
export interface Prompts {
  /** A modal dialog before something goes for good. */
  confirm(confirmation: Confirmation): Promise<boolean>;
  input(options: vscode.InputBoxOptions): Promise<string | undefined>;
  pick<T extends vscode.QuickPickItem>(
    items: readonly T[],
    options: vscode.QuickPickOptions,
  ): Promise<T | undefined>;
  pickMany<T extends vscode.QuickPickItem>(
    items: readonly T[],
    options: vscode.QuickPickOptions,
  ): Promise<readonly T[]>;
  /** One of several questions that belong together; without `canPickMany` one item is chosen. */
  pickInStep<T extends vscode.QuickPickItem>(
    items: readonly T[],
    options: PickStep,
  ): Promise<readonly T[] | typeof back | undefined>;
  /** One of several questions that belong together. */
  inputInStep(options: InputStep): Promise<string | typeof back | undefined>;
  pickFile(options: vscode.OpenDialogOptions): Promise<vscode.Uri | undefined>;
  pickFolder(options: vscode.OpenDialogOptions): Promise<vscode.Uri | undefined>;
  /** Where to write; the editor has asked before it names a file that is there. */
  saveFile(options: vscode.SaveDialogOptions): Promise<vscode.Uri | undefined>;
  showInformation(message: string, ...actions: string[]): Promise<string | undefined>;
  showError(message: string, ...actions: string[]): Promise<string | undefined>;
  openInBrowser(url: string): Promise<void>;
}

export const vscodePrompts: Prompts = {
  async confirm({ question, detail, verb }) {
    const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, verb);
    return chosen === verb;
  },
  input: async (options) => vscode.window.showInputBox(options),
  pick: async (items, options) => vscode.window.showQuickPick(items, options),
  async pickMany(items, options) {
    return (await vscode.window.showQuickPick(items, { ...options, canPickMany: true })) ?? [];
  },
  pickInStep,
  inputInStep,
  async pickFile(options) {
    return (await vscode.window.showOpenDialog(options))?.[0];
  },
  async pickFolder(options) {
    const chosen = await vscode.window.showOpenDialog({
      ...options,
      canSelectFiles: false,
      canSelectFolders: true,
    });
    return chosen?.[0];
  },
  saveFile: async (options) => vscode.window.showSaveDialog(options),
  showInformation: async (message, ...actions) =>
    vscode.window.showInformationMessage(message, ...actions),
  showError: async (message, ...actions) => vscode.window.showErrorMessage(message, ...actions),
  async openInBrowser(url) {
    // VS Code forwards the port where the window is not on the extension's machine.
    await vscode.env.openExternal(vscode.Uri.parse(url, true));
  },
};
