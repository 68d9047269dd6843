import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { slipway } from "./api.ts";
import { test } from "./harness.ts";

test(
  "the engine is asked what it would take from its cache, and its verdicts go when the text changes",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-verify-"));
    const file = join(folder, "Dockerfile");
    await writeFile(
      file,
      `FROM busybox:local\nRUN echo ${folder}\nCOPY a.txt /\nRUN echo \\\n  last\n`,
    );
    await writeFile(join(folder, "a.txt"), folder);
    const { answerWith, services } = await slipway();
    const told: string[] = [];
    answerWith({
      input: () => Promise.resolve("verify-test:latest"),
      pick: (items) => Promise.resolve(items[0]),
      showInformation(message) {
        told.push(message);
        return Promise.resolve(undefined);
      },
      showError(message) {
        told.push(message);
        return Promise.resolve(undefined);
      },
    });
    try {
      const document = await vscode.workspace.openTextDocument(file);
      const editor = await vscode.window.showTextDocument(document);
      const verify = async (): Promise<readonly (readonly [number, string])[]> => {
        await vscode.commands.executeCommand("slipway.verifyForecast");
        return services.verdicts.of(document.uri).map(({ line, text }) => [line, text] as const);
      };

      assert.deepEqual(await verify(), [
        [1, "engine: runs again"],
        [2, "engine: runs again"],
        [4, "engine: runs again"],
      ]);
      await vscode.commands.executeCommand("slipway.images.build", document.uri);
      assert.deepEqual(await verify(), [
        [1, "engine: cached"],
        [2, "engine: cached"],
        [4, "engine: cached"],
      ]);
      assert.equal(
        told.at(-1),
        "The engine would take 3 of 3 instructions from its cache and run 0.",
      );

      await editor.edit((edit) => edit.insert(new vscode.Position(4, 6), " and more"));
      assert.deepEqual(services.verdicts.of(document.uri), []);
      assert.deepEqual(await verify(), [
        [1, "engine: cached"],
        [2, "engine: cached"],
        [4, "engine: runs again"],
      ]);
    } finally {
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
      await rm(folder, { recursive: true, force: true });
    }
  },
  { timeout: 90_000 },
);
