/** Turns an English sentence with `{0}`, `{1}` … into the user's language; `vscode.l10n.t` in the editor. */
export type Localize = (message: string, ...values: (string | number)[]) => string;

/** The sentence as it is written here, with its values filled in. */
export function inEnglish(message: string, ...values: (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (placeholder, index) =>
    String(values[Number(index)] ?? placeholder),
  );
}
