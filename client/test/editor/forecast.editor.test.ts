import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import { slipway } from "./api.ts";
import { test, waitFor } from "./harness.ts";

const tag = "editor-test/forecast:latest";

interface Hint {
  readonly line: number;
  readonly label: string;
  readonly tooltip: string;
}

async function build(document: vscode.TextDocument, command: string): Promise<void> {
  const { answerWith } = await slipway();
  const failures: string[] = [];
  answerWith({
    input: () => Promise.resolve(tag),
    pick: (items) => Promise.resolve(items[0]),
    showInformation: () => Promise.resolve(undefined),
    async showError(message) {
      failures.push(message);
      return undefined;
    },
  });
  await vscode.commands.executeCommand(command, document.uri);
  assert.deepEqual(failures, []);
}

async function hints(document: vscode.TextDocument): Promise<readonly Hint[]> {
  const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    "vscode.executeInlayHintProvider",
    document.uri,
    new vscode.Range(0, 0, document.lineCount, 0),
  );
  return found.map(({ position, label, tooltip }) => ({
    line: position.line + 1,
    label: typeof label === "string" ? label : label.map(({ value }) => value).join(""),
    tooltip: tooltip instanceof vscode.MarkdownString ? tooltip.value : (tooltip ?? ""),
  }));
}

async function hintsThat(
  document: vscode.TextDocument,
  what: string,
  condition: (all: readonly Hint[]) => boolean,
): Promise<readonly Hint[]> {
  return waitFor(
    async () => {
      const all = await hints(document);
      return condition(all) && all;
    },
    { what, deadline: 20_000 },
  );
}

const isForecast = ({ tooltip }: Hint): boolean => tooltip.includes("**Next build**");
const isCached = ({ label }: Hint): boolean => label.startsWith("cached");

/** Builds and compares each instruction's forecast with what BuildKit then did. Gives how many were certain. */
async function buildAndCompare(
  document: vscode.TextDocument,
  forecast: readonly Hint[],
): Promise<number> {
  await build(document, "slipway.images.buildAgain");
  const after = await hintsThat(
    document,
    "the forecast after the build",
    (all) => all.length >= forecast.length && all.every(isForecast),
  );
  let certain = 0;
  for (const { line, label } of forecast) {
    const tooltip = after.find((hint) => hint.line === line)?.tooltip ?? "";
    const wasCached = tooltip.includes("The last build took this step from the cache.");
    if (!wasCached && !tooltip.includes("The last build ran this step")) {
      // Two stages begin with the same step, which BuildKit does, and reports, once.
      assert.equal(document.lineAt(line - 1).text, "WORKDIR /src");
      continue;
    }
    if (label !== "may run again") {
      certain++;
      assert.equal(label.startsWith("cached"), wasCached, `line ${line}: ${label}`);
    }
  }
  return certain;
}

test(
  "what the next build is said to do is what BuildKit then does, for every instruction",
  async () => {
    const [file] = await vscode.workspace.findFiles("Dockerfile");
    const [page] = await vscode.workspace.findFiles("pages/index.html");
    assert.ok(file && page);
    const original = await readFile(page.fsPath);
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    try {
      await build(document, "slipway.images.build");
      const first = await hintsThat(
        document,
        "a forecast of nothing but cached steps",
        (all) => all.length > 9 && all.every((hint) => isForecast(hint) && isCached(hint)),
      );

      await writeFile(page.fsPath, `${original.toString()}<!-- ${Date.now()} -->\n`);
      const changed = await hintsThat(document, "the changed page", (all) => !all.every(isCached));
      assert.equal(changed.length, first.length);
      const copy = lineOf(document, "COPY pages/");
      const label = (line: number): string =>
        changed.find((hint) => hint.line === line)?.label ?? "";
      assert.match(label(copy), /^runs again: (?:pages\/)?index\.html changed · ~[0-9.]+ m?s$/);
      assert.match(
        label(lineOf(document, "COPY assets/")),
        new RegExp(`^runs again: follows line ${copy}`),
      );
      assert.match(
        label(lineOf(document, "RUN sh scripts/render.sh")),
        new RegExp(`^runs again: follows line ${copy} · ~[0-9.]+ m?s$`),
      );
      assert.ok((await buildAndCompare(document, changed)) >= changed.length - 2);

      await writeFile(page.fsPath, "something else");
      await hintsThat(document, "the page to be changed again", (all) => !all.every(isCached));
      await writeFile(page.fsPath, original);
      const reverted = await hintsThat(document, "the reverted page to be known", (all) =>
        all.every((hint) => isForecast(hint) && isCached(hint)),
      );
      assert.equal(await buildAndCompare(document, reverted), reverted.length - 1);
    } finally {
      await writeFile(page.fsPath, original);
      const { engine } = await slipway();
      await (await engine.get()).removeImage(tag).catch(() => undefined);
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    }
  },
  { timeout: 120_000 },
);

/** 1-based. */
function lineOf(document: vscode.TextDocument, start: string): number {
  const line = document
    .getText()
    .split("\n")
    .findIndex((each) => each.startsWith(start));
  assert.notEqual(line, -1, start);
  return line + 1;
}
