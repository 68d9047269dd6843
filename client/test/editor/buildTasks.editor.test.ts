import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { slipway } from "./api.ts";
import { test, waitFor } from "./harness.ts";

/** Puts tasks into the workspace's tasks.json, and takes them away in the end. */
async function withTasks(
  tasks: readonly Readonly<Record<string, unknown>>[],
  files: Readonly<Record<string, string>>,
  body: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder);
  const settings = join(folder, ".vscode", "tasks.json");
  const own = join(folder, "task-test");
  try {
    await mkdir(join(folder, ".vscode"), { recursive: true });
    await mkdir(own, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(own, name), text);
    }
    await writeFile(settings, JSON.stringify({ version: "2.0.0", tasks }));
    await body(own);
  } finally {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await rm(settings);
    await rm(own, { recursive: true });
  }
}

/** Runs a task of the workspace to its end; resolves with its exit code. */
async function runTask(name: string): Promise<number | undefined> {
  const task = await waitFor(
    async () =>
      (await vscode.tasks.fetchTasks({ type: "slipway-build" })).find((each) => each.name === name),
    { what: `the task ${name}` },
  );
  const ended = new Promise<number | undefined>((resolve) => {
    const listening = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name === name) {
        listening.dispose();
        resolve(exitCode);
      }
    });
  });
  await vscode.tasks.executeTask(task);
  return ended;
}

test(
  "a docker-build task of Container Tools moves over by its type alone",
  async () => {
    await withTasks(
      [
        {
          type: "slipway-build",
          label: "moved over",
          platform: "node",
          dockerBuild: {
            context: "${workspaceFolder}/task-test",
            dockerfile: "${workspaceFolder}/task-test/Dockerfile",
            tag: "editor-test/moved:latest",
            buildArgs: { WHO: "orchard" },
            labels: { includeDefaults: true, owner: "us" },
          },
        },
      ],
      { Dockerfile: "FROM busybox:local\nARG WHO\nRUN test $WHO = orchard\n" },
      async () => {
        assert.equal(await runTask("moved over"), 0);
        const engine = await (await slipway()).engine.get();
        const { Config: config } = await engine.inspectImage("editor-test/moved:latest");
        assert.deepEqual((config as { Labels?: unknown }).Labels, { owner: "us" });
        await engine.removeImage("editor-test/moved:latest");
      },
    );
  },
  { timeout: 60_000 },
);

test(
  "a task of tasks.json builds with its arguments, names and secrets",
  async () => {
    await withTasks(
      [
        {
          type: "slipway-build",
          label: "build it",
          dockerfile: "task-test/Dockerfile",
          target: "first",
          tags: ["editor-test/task:one", "editor-test/task:two"],
          buildArguments: { WHO: "ann" },
          secrets: { token: { file: "task-test/token" } },
          labels: { "com.example.by": "task" },
        },
      ],
      {
        Dockerfile:
          "FROM busybox:local AS first\nARG WHO\nRUN --mount=type=secret,id=token,required=true echo $WHO\nFROM first\nRUN false\n",
        token: "secret of the task",
      },
      async () => {
        assert.equal(await runTask("build it"), 0);
        const engine = await (await slipway()).engine.get();
        const image = JSON.stringify(await engine.inspectImage("editor-test/task:two"));
        assert.match(image, /"com\.example\.by":"task"/);
        const history = JSON.stringify(await engine.imageHistory("editor-test/task:one"));
        assert.match(history, /WHO=ann/);
        assert.ok(!`${image}${history}`.includes("secret of the task"));
        await engine.removeImage("editor-test/task:one");
        await engine.removeImage("editor-test/task:two");
      },
    );
  },
  { timeout: 60_000 },
);

test(
  "a task whose build fails ends with 1, and its problem is on the instruction, once",
  async () => {
    await withTasks(
      [{ type: "slipway-build", label: "fail", dockerfile: "task-test/Dockerfile" }],
      { Dockerfile: "FROM busybox:local\nRUN true\nRUN echo broken && exit 3\n" },
      async (folder) => {
        assert.equal(await runTask("fail"), 1);
        const problems = await waitFor(
          () => {
            const found = vscode.languages
              .getDiagnostics(vscode.Uri.file(join(folder, "Dockerfile")))
              .filter(({ source }) => source === "slipway build");
            return found.length > 0 && found;
          },
          { what: "the problem" },
        );
        assert.deepEqual(
          problems.map(({ range }) => range.start.line),
          [2],
        );
        assert.match(problems[0]?.message ?? "", /exit code 3/);
      },
    );
  },
  { timeout: 60_000 },
);

test("every Dockerfile of the workspace is offered as a task", async () => {
  const tasks = await vscode.tasks.fetchTasks({ type: "slipway-build" });
  assert.ok(tasks.some(({ name, source }) => name === "Dockerfile" && source === "slipway"));
});
