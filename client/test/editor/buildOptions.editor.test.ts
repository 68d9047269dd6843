import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { back } from "../../src/commands/stepPrompts.ts";
import type { BuildPlan } from "../../src/presentation/buildPlan.ts";
import { collectFailures, slipway } from "./api.ts";
import { test } from "./harness.ts";

const dockerfile = `FROM busybox:local AS build
ARG WHO=nobody
ARG COLOR TARGETARCH
RUN --mount=type=secret,id=token,required=true echo "hello $WHO" > /who && wc -c < /run/secrets/token
FROM build AS final
RUN echo final > /final
`;
const image = "editor-test/options";

async function withFolder(
  files: Readonly<Record<string, string>>,
  body: (uri: vscode.Uri, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-options-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(folder, name), text);
    }
    await body(vscode.Uri.file(join(folder, "Dockerfile")), folder);
  } finally {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await rm(folder, { recursive: true, force: true });
  }
}

/** Answers questions by their titles; each answer is used once, then what is offered first or is there already. */
class Answers {
  /** Each question, with the texts that it offered. */
  readonly asked: string[] = [];
  readonly told: string[] = [];
  readonly #given: [title: string, answer: string | readonly string[] | typeof back | undefined][];

  constructor(given: [string, string | readonly string[] | typeof back | undefined][] = []) {
    this.#given = given;
  }

  async use(file?: vscode.Uri): Promise<void> {
    const { answerWith } = await slipway();
    answerWith({
      pickInStep: (items, { title, step, totalSteps, canPickMany }) => {
        const texts = items.map(({ label, description }) => `${label} ${description ?? ""}`.trim());
        this.asked.push(`${step}/${totalSteps} ${title}: ${texts.join(" | ")}`);
        const answer = this.#take(title);
        if (answer === "turned away" || answer === back) {
          return Promise.resolve(answer === back ? back : undefined);
        }
        const wanted = typeof answer === "string" ? [answer] : answer;
        return Promise.resolve(
          wanted === undefined
            ? canPickMany === true
              ? items.filter(({ picked }) => picked === true)
              : items.slice(0, 1)
            : items.filter(({ label }) => wanted.includes(label)),
        );
      },
      inputInStep: ({ title, step, totalSteps, value, validateInput }) => {
        this.asked.push(`${step}/${totalSteps} ${title}: ${value}`);
        const answer = this.#take(title);
        if (answer === "turned away" || answer === back) {
          return Promise.resolve(answer === back ? back : undefined);
        }
        const text = typeof answer === "string" ? answer : value;
        assert.equal(validateInput?.(text), undefined);
        return Promise.resolve(text);
      },
      pickFile: () => Promise.resolve(file),
      showInformation: async (message) => {
        this.told.push(message);
        return undefined;
      },
      showError: async (message) => {
        this.told.push(message);
        return undefined;
      },
    });
  }

  #take(title: string): string | readonly string[] | typeof back | undefined {
    const index = this.#given.findIndex(([each]) => title === `Build Image: ${each}`);
    return index === -1 ? undefined : this.#given.splice(index, 1)[0]?.[1];
  }
}

async function plansFor(uri: vscode.Uri): Promise<readonly BuildPlan[]> {
  const { services } = await slipway();
  return ["slipway.buildPlans", "slipway.chosenBuildPlans"]
    .flatMap((key) => services.memory.get<readonly BuildPlan[]>(key, []))
    .filter((plan) => plan.dockerfile === uri.fsPath);
}

async function removeImages(...references: string[]): Promise<void> {
  const { engine } = await slipway();
  for (const reference of references) {
    await (await engine.get()).removeImage(reference);
  }
}

test(
  "everything that is chosen reaches the build, is remembered without the secret, and is repeated",
  async () => {
    const value = "s3cret-of-the-options-test";
    await withFolder({ Dockerfile: dockerfile, token: value }, async (uri, folder) => {
      const answers = new Answers([
        ["Target", "build"],
        ["Arguments", "WHO"],
        ["WHO", "ann lee"],
        ["Arguments", "COLOR"],
        ["COLOR", ""],
        ["Secrets", "token"],
        ["Secret token", "A File…"],
        ["How", ["No Cache"]],
        ["Names", `${image} ${image}:two`],
        ["Labels", "Add a Label…"],
        ["Label", "com.example.by=options = test"],
      ]);
      await answers.use(vscode.Uri.file(join(folder, "token")));
      await vscode.commands.executeCommand("slipway.images.buildWithOptions", uri);
      assert.match(answers.told[0] ?? "", /^Built editor-test\/options:latest in .*: 0 of 1 steps/);
      assert.match(answers.asked[0] ?? "", /^1\/8 Build Image: Target: Whole Dockerfile /);
      assert.match(
        answers.asked[1] ?? "",
        /^2\/8 .*: \$\(check\) Continue \| WHO nobody \(default\) \| COLOR not set$/,
      );
      assert.ok(
        answers.asked.some((text) => text.endsWith("| token not given, and a step needs it")),
        answers.asked.join("\n"),
      );

      const engine = await (await slipway()).engine.get();
      const inspected = JSON.stringify(await engine.inspectImage(`${image}:two`));
      assert.match(inspected, /"com\.example\.by":"options = test"/);
      const history = JSON.stringify(await engine.imageHistory(image));
      assert.match(history, /WHO=ann lee/);
      const [plan, chosen] = await plansFor(uri);
      assert.deepEqual(plan, chosen);
      assert.deepEqual(plan?.choices, {
        buildArguments: { WHO: "ann lee" },
        secrets: { token: { file: join(folder, "token") } },
        sshAgent: false,
        noCache: true,
        pull: false,
        moreTags: [`${image}:two`],
        labels: { "com.example.by": "options = test" },
      });
      assert.ok(!`${inspected}${history}${JSON.stringify(plan)}`.includes(value));

      await removeImages(`${image}:two`);
      await vscode.commands.executeCommand("slipway.images.buildAgain", uri);
      assert.match(answers.told[1] ?? "", /: 0 of 1 steps from the cache\.$/, "no cache again");
      assert.match(JSON.stringify(await engine.imageHistory(`${image}:two`)), /WHO=ann lee/);

      const again = new Answers();
      await again.use();
      await vscode.commands.executeCommand("slipway.images.buildWithOptions", uri);
      assert.deepEqual(await plansFor(uri), [plan, plan], "what was chosen is chosen already");
      await removeImages(`${image}:latest`, `${image}:two`);
    });
  },
  { timeout: 120_000 },
);

test("turning away from any question builds nothing and changes nothing, without a word", async () => {
  await withFolder({ Dockerfile: dockerfile }, async (uri) => {
    for (const title of ["Target", "Arguments", "Secrets", "How", "Platform", "Names", "Labels"]) {
      const answers = new Answers([[title, "turned away"]]);
      await answers.use();
      await vscode.commands.executeCommand("slipway.images.buildWithOptions", uri);
      assert.match(answers.asked.at(-1) ?? "", new RegExp(`Build Image: ${title}:`));
      assert.deepEqual(answers.told, []);
    }
    assert.deepEqual(await plansFor(uri), []);
  });
});

test("the way back leads to the question before, with what was answered", async () => {
  await withFolder({ Dockerfile: dockerfile }, async (uri) => {
    const answers = new Answers([
      ["Platform", "linux/s390x"],
      ["Names", back],
      ["Labels", "turned away"],
    ]);
    await answers.use();
    await vscode.commands.executeCommand("slipway.images.buildWithOptions", uri);
    const { operatingSystem, architecture } = await (
      await (await slipway()).engine.get()
    ).version();
    const own = `${operatingSystem}/${architecture}`;
    assert.deepEqual(
      answers.asked
        .filter((text) => /Platform|Names/.test(text))
        .map((text) => text.replace(/slipway-options-\w+/i, "FOLDER").replace(own, "OWN")),
      [
        "5/8 Build Image: Platform: OWN",
        "6/8 Build Image: Names: FOLDER:latest",
        "5/8 Build Image: Platform: linux/s390x",
        "6/8 Build Image: Names: FOLDER:latest",
      ],
    );
  });
});

test(
  "a build whose steps need a secret that was not given fails on the step's line",
  async () => {
    await withFolder({ Dockerfile: dockerfile }, async (uri) => {
      const answers = new Answers([["How", ["No Cache"]]]);
      await answers.use();
      await vscode.commands.executeCommand("slipway.images.buildWithOptions", uri);
      assert.match(
        answers.told[0] ?? "",
        /needs the secret “token”, which the build was not given/,
      );
      const problem = vscode.languages
        .getDiagnostics(uri)
        .find(({ source }) => source === "slipway build");
      assert.equal(problem?.range.start.line, 3);
    });
  },
  { timeout: 60_000 },
);

test(
  "in VS Code's own boxes Enter takes what is offered, and Escape ends it",
  async () => {
    const failures = await collectFailures();
    await withFolder(
      { Dockerfile: "FROM busybox:local\nARG WHO=nobody\nRUN echo $WHO\n" },
      async (uri) => {
        await answerBoxes(uri, "workbench.action.closeQuickOpen");
        assert.deepEqual(await plansFor(uri), []);
        await answerBoxes(uri, "workbench.action.acceptSelectedQuickOpenItem");
        const [plan] = await plansFor(uri);
        assert.deepEqual(plan?.choices?.buildArguments, {}, "a default is not sent");
        assert.deepEqual(failures, []);
        await removeImages(plan?.tag ?? "");
      },
    );
  },
  { timeout: 60_000 },
);

/** Runs the command to its end and answers every box by the same key. */
async function answerBoxes(uri: vscode.Uri, key: string): Promise<void> {
  const state = { isOver: false };
  const running = vscode.commands
    .executeCommand("slipway.images.buildWithOptions", uri)
    .then(() => (state.isOver = true));
  // VS Code does not tell when a box is open; a key that meets none does nothing.
  while (!state.isOver) {
    await vscode.commands.executeCommand(key);
    await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 200))]);
  }
  await running;
}
