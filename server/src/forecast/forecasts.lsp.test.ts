import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { CodeLens, Hover, InlayHint } from "vscode-languageserver/node";
import {
  type BuildFinishedParams,
  buildFinishedRequest,
  buildStartingRequest,
  type BuildStartingResult,
  type BuiltStep,
  cachePrunedNotification,
  cacheStateNotification,
  type CacheStateParams,
  engineChangedNotification,
  imagesReplacedNotification,
  predictionFailedNotification,
  type PredictionFailedParams,
} from "../protocol.ts";
import { Editor } from "../testing/editor.ts";

const text = `FROM base:1 AS build
WORKDIR /src
COPY pages/ pages/
RUN render
FROM base:1
COPY --from=build /src/out /srv
COPY notes.txt /
`;

const names = [
  "[build 2/4] WORKDIR /src",
  "[build 3/4] COPY pages/ pages/",
  "[build 4/4] RUN render",
  "[stage-1 2/3] COPY --from=build /src/out /srv",
  "[stage-1 3/3] COPY notes.txt /",
];

const image = { layers: ["sha256:01"], id: "sha256:aa", platform: "linux/amd64" };

/** A project on the disk, and an editor that builds it as a client would tell of it. */
class Project {
  readonly folder: string;
  readonly uri: string;
  readonly #t: TestContext;
  editor: Editor;
  #builds = 0;

  private constructor(t: TestContext, folder: string, editor: Editor) {
    this.#t = t;
    this.folder = folder;
    this.uri = pathToFileURL(join(folder, "Dockerfile")).href;
    this.editor = editor;
  }

  static async make(t: TestContext): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "slipway-forecast-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, "pages"));
    await writeFile(join(folder, "Dockerfile"), text);
    await writeFile(join(folder, ".dockerignore"), "*.log\nstate\n");
    await writeFile(join(folder, "pages", "index.html"), "one");
    await writeFile(join(folder, "notes.txt"), "notes");
    const project = new Project(t, folder, await startEditor(t, folder));
    await project.editor.open(project.uri, text);
    return project;
  }

  async restart(): Promise<void> {
    this.editor.kill();
    this.editor = await startEditor(this.#t, this.folder);
    await this.editor.open(this.uri, text);
  }

  /** What the client tells before a build. */
  async begin(): Promise<string> {
    const id = String(++this.#builds);
    const { images } = await this.editor.request<BuildStartingResult>(buildStartingRequest, {
      id,
      uri: this.uri,
      text,
      contextFolder: this.folder,
      buildArguments: {},
    });
    assert.deepEqual(images, ["base:1"]);
    return id;
  }

  /** What the client tells after a build; `outcomes` has a letter for each step: c cached, r ran, f failed, n not reached. */
  async finish(
    id: string,
    outcomes: string,
    more: Partial<BuildFinishedParams> = {},
  ): Promise<BuildFinishedParams> {
    const params: BuildFinishedParams = {
      uri: this.uri,
      text,
      buildArguments: {},
      finishedAt: Date.now(),
      steps: names.map((name, index) => stepOf(name, outcomes[index] ?? "n")),
      circumstances: {
        id,
        contextFolder: this.folder,
        engine: { id: "e1", version: "28.5.2", containerdStore: false, platform: "linux/amd64" },
        images: { "base:1": image },
      },
      ...more,
    };
    await this.editor.request(buildFinishedRequest, params);
    return params;
  }

  async change(path: string, content: string): Promise<void> {
    await writeFile(join(this.folder, path), content);
    await this.editor.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: pathToFileURL(join(this.folder, path)).href, type: 2 }],
    });
  }

  async hints(): Promise<InlayHint[]> {
    return this.editor.request("textDocument/inlayHint", {
      textDocument: { uri: this.uri },
      range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
    });
  }

  async tooltips(): Promise<string[]> {
    return (await this.hints()).map(({ tooltip }) =>
      typeof tooltip === "object" ? tooltip.value : "",
    );
  }

  async lenses(): Promise<string[]> {
    const lenses: CodeLens[] = await this.editor.request("textDocument/codeLens", {
      textDocument: { uri: this.uri },
    });
    return lenses.map(
      ({ range, command }) => `${range.start.line + 1}: ${command?.title ?? "nothing"}`,
    );
  }

  /** Waits until the hints are these. */
  async shows(expected: readonly string[]): Promise<void> {
    let labels: unknown[] = [];
    for (const end = performance.now() + 10_000; performance.now() < end;) {
      labels = (await this.hints()).map(({ label }) => label);
      if (JSON.stringify(labels) === JSON.stringify(expected)) {
        return;
      }
      await new Promise((done) => setTimeout(done, 20));
    }
    assert.deepEqual(labels, expected);
  }
}

function startEditor(t: TestContext, folder: string): Promise<Editor> {
  return Editor.start({
    capabilities: { workspace: { inlayHint: { refreshSupport: true } } },
    environment: { SLIPWAY_STATE_FOLDER: join(folder, "state") },
    initializationOptions: { isTrusted: true, showsCacheState: true },
  }).then((editor) => {
    t.after(() => {
      editor.kill();
    });
    return editor;
  });
}

function stepOf(name: string, outcome: string): BuiltStep {
  switch (outcome) {
    case "c":
      return { name, outcome: "cached" };
    case "r":
      return { name, outcome: "ran", seconds: 3.6, bytes: 1000 };
    case "f":
      return { name, outcome: "failed" };
    default:
      return { name, outcome: "notReached" };
  }
}

const cached = Array.from({ length: 5 }, () => "cached · 1 kB");
const pageChanged = [
  "cached · 1 kB",
  "runs again: index.html changed · ~3.6 s",
  "runs again: follows line 3 · ~3.6 s",
  "may run again",
  "may run again",
];

test("a saved file changes what the next build is said to do, and a reverted one changes it back", async (t) => {
  const project = await Project.make(t);
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  await project.change("pages/index.html", "two");
  await project.shows(pageChanged);
  const tooltips = await project.tooltips();
  assert.match(tooltips[1] ?? "", /\*\*Next build\*\* – runs again: pages\/index\.html changed\./);
  assert.match(tooltips[1] ?? "", /The last build ran this step in 3\.6 s\./);
  assert.match(tooltips[1] ?? "", /the whole Dockerfile, as it was last built here on Docker 28/);
  assert.match(tooltips[3] ?? "", /may run again: copies from build, which runs again/);
  await project.change("pages/index.html", "one");
  await project.shows(cached);
  await project.change("pages/new.html", "new");
  await project.shows([
    "cached · 1 kB",
    "runs again: pages/new.html is new · ~3.6 s",
    ...pageChanged.slice(2),
  ]);
  await project.change("debug.log", "ignored");
  await rm(join(project.folder, "pages", "new.html"));
  await project.change("notes.txt", "notes");
  await project.shows(cached);
});

test("an edit of the Dockerfile changes the forecast before it is saved", async (t) => {
  const project = await Project.make(t);
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  await project.editor.edit(project.uri, 2, [{ text: text.replace("render", "render --all") }]);
  await project.shows([
    "cached · 1 kB",
    "cached · 1 kB",
    "runs again: the command changed · ~3.6 s",
    "may run again",
    "may run again",
  ]);
  await project.editor.edit(project.uri, 3, [{ text: text.replace("notes.txt", "nowhere.txt") }]);
  await project.shows([...cached.slice(1), "fails: there is no /nowhere.txt"]);
  await project.editor.edit(project.uri, 4, [{ text }]);
  await project.shows(cached);
  await project.editor.edit(project.uri, 5, [{ text: `# syntax=example/other\n${text}` }]);
  await project.shows(Array.from({ length: 5 }, () => "ran 3.6 s · 1 kB"));
});

test("during a build and after one that was not seen whole the hints tell of the last build only", async (t) => {
  const project = await Project.make(t);
  const seen = await project.begin();
  await project.finish(seen, "rrrrr");
  await project.shows(cached);

  const underWay = await project.begin();
  await project.shows(ran);
  await project.change("notes.txt", "changed while it was built");
  await project.finish(underWay, "rrrrr");
  await project.shows(ran);

  await project.finish(await project.begin(), "ccccc");
  await project.shows(cached);
  await project.finish("nobody knows this one", "rrrrr");
  await project.shows(ran);
});

test("after a prune nothing is said to be cached until the next build", async (t) => {
  const project = await Project.make(t);
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  await project.editor.connection.sendNotification(cachePrunedNotification);
  await project.shows(Array.from({ length: 5 }, () => "may run again"));
  await project.restart();
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
});

test("when a base image is replaced the hints tell of the last build, until the next one", async (t) => {
  const project = await Project.make(t);
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  const replace = (...references: readonly string[]): Promise<void> =>
    project.editor.connection.sendNotification(imagesReplacedNotification, { references });
  await replace("shop:latest", "not a name at all");
  await project.shows(cached);
  await replace("docker.io/library/base:1");
  await project.shows(Array.from({ length: 5 }, () => "ran 3.6 s · 1 kB"));
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
});

test("a cancelled build counts for the next one and leaves the hints about the last one", async (t) => {
  const project = await Project.make(t);
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  await project.change("pages/index.html", "two");
  await project.shows(pageChanged);
  await project.finish(await project.begin(), "crnnn", { cancelled: true });
  await project.shows([
    "cached · 1 kB",
    "cached · 1 kB",
    "will run · ~3.6 s",
    "may run again",
    "may run again",
  ]);
});

test("the forecast is there again after a restart, and damaged records are no records", async (t) => {
  const project = await Project.make(t);
  const build = await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  await project.restart();
  await project.editor.request(buildFinishedRequest, build);
  await project.shows(cached);
  await project.change("pages/index.html", "two");
  await project.shows(pageChanged);

  const records = join(project.folder, "state", "records");
  const files = await readdir(records);
  assert.equal(files.length, 1, "no half-written file is left");
  for (const file of files) {
    const stored = await readFile(join(records, file), "utf8");
    await writeFile(join(records, file), stored.slice(0, stored.length / 2));
  }
  await project.restart();
  await project.editor.request(buildFinishedRequest, build);
  await project.shows(Array.from({ length: 5 }, () => "ran 3.6 s · 1 kB"));
});

const ran = Array.from({ length: 5 }, () => "ran 3.6 s · 1 kB");

test("above each stage stands how much of it is cached and how long the rest takes", async (t) => {
  const project = await Project.make(t);
  assert.deepEqual(await project.lenses(), []);
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  assert.deepEqual(await project.lenses(), ["1: all 3 cached", "5: all 2 cached"]);
  await project.change("pages/index.html", "two");
  await project.shows(pageChanged);
  assert.deepEqual(await project.lenses(), [
    "1: 1 of 3 cached · about 7.2 s to run",
    "5: 0 of 2 cached, 2 unknown · up to 7.2 s to run",
  ]);
  await project.editor.connection.sendNotification(engineChangedNotification, { id: "e2" });
  await project.shows(ran);
  assert.deepEqual(await project.lenses(), [
    "1: Next build unknown: the engine is not the one that it was last built on, and each has its own cache",
  ]);
});

test("another engine has another cache, and the hints say so until it is the same one again", async (t) => {
  const project = await Project.make(t);
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  const change = (id?: string): Promise<void> =>
    project.editor.connection.sendNotification(engineChangedNotification, { id });
  await change("e2");
  await project.shows(ran);
  for (const tooltip of await project.tooltips()) {
    assert.match(
      tooltip,
      /\*\*Next build\*\* – unknown: the engine is not the one that it was last built on/,
    );
  }
  await change("e1");
  await project.shows(cached);
  await change(undefined);
  await project.shows(ran);
});

test("what cannot be foreseen is unknown with its reason", async (t) => {
  const project = await Project.make(t);
  const says = async (reason: RegExp): Promise<void> => {
    await project.shows(ran);
    for (const tooltip of await project.tooltips()) {
      assert.match(tooltip, reason);
    }
  };
  await project.finish(await project.begin(), "rrrrr", { pulled: true });
  await says(/Next build\*\* – unknown: the base images are looked up anew/);
  const { circumstances, ...unseen } = await project.finish(await project.begin(), "rrrrr");
  assert.ok(circumstances);
  await project.shows(cached);
  await project.editor.request(buildFinishedRequest, unseen);
  await says(/Next build\*\* – unknown: the last build was not seen/);
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  await project.editor.edit(project.uri, 2, [{ text: `# syntax=example/other\n${text}` }]);
  await says(/Next build\*\* – unknown: example\/other builds it, by rules of its own/);
});

test("of what is built on an image that nobody has looked at nothing is known", async (t) => {
  const project = await Project.make(t);
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  await project.editor.edit(project.uri, 2, [
    { text: text.replace("FROM base:1 AS build", "FROM base:2 AS build") },
  ]);
  await project.shows(Array.from({ length: 5 }, () => "may run again"));
  assert.match((await project.tooltips())[2] ?? "", /nothing is known of the image base:2/);
});

test("a build without the cache foretells another one without it", async (t) => {
  const project = await Project.make(t);
  await project.finish(await project.begin(), "rrrrr", { noCache: true });
  await project.shows([
    "cached · 1 kB",
    ...Array.from({ length: 4 }, () => "runs again: the cache is off · ~3.6 s"),
  ]);
  assert.match((await project.tooltips())[1] ?? "", /for the whole Dockerfile without the cache/);
});

test("the hover over an instruction tells its story and what earlier builds did", async (t) => {
  const project = await Project.make(t);
  await project.finish(await project.begin(), "rrrrr");
  await project.finish(await project.begin(), "ccccc");
  await project.shows(cached);
  await project.change("pages/index.html", "two");
  await project.shows(pageChanged);
  const hover = await project.editor.request<Hover>("textDocument/hover", {
    textDocument: { uri: project.uri },
    position: { line: 2, character: 1 },
  });
  const told = JSON.stringify(hover.contents);
  assert.match(told, /Next build.*pages\/index\.html changed/);
  assert.match(told, /\| cached \|  \|.*\| ran \| 3\.6 s \|/);
});

/** The last one of these notifications that fulfills the condition. */
async function notified<T>(
  editor: Editor,
  method: string,
  condition: (params: T) => boolean,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      reject(new Error(`no such ${method} came`));
    }, 20_000);
    editor.connection.onNotification(method, (params: T) => {
      if (condition(params)) {
        clearTimeout(deadline);
        resolve(params);
      }
    });
  });
}

test("a client that wants it is told of every stage and step, and why nothing is known", async (t) => {
  const project = await Project.make(t);
  const told = notified<CacheStateParams>(
    project.editor,
    cacheStateNotification,
    ({ summary }) => summary?.includes("unknown") === true,
  );
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  await project.change("pages/index.html", "two");
  const state = await told;
  assert.equal(state.summary, "1 of 5 cached, 2 unknown · 7.2 s to 14 s to run");
  assert.equal(state.holds, "for the whole Dockerfile");
  const steps = state.stages.map(({ name, line, steps: own }) => [
    name,
    line,
    own.map((step) => [step.line, step.text, step.state, step.seconds]),
  ]);
  assert.deepEqual(steps, [
    [
      "build",
      0,
      [
        [1, "WORKDIR /src", "cached", 3.6],
        [2, "COPY pages/ pages/", "runs", 3.6],
        [3, "RUN render", "runs", 3.6],
      ],
    ],
    [
      "1",
      4,
      [
        [5, "COPY --from=build /src/out /srv", "unknown", 3.6],
        [6, "COPY notes.txt /", "unknown", 3.6],
      ],
    ],
  ]);
  assert.equal(state.stages[0]?.steps[1]?.reason, "runs again: pages/index.html changed.");
  const silent = notified<CacheStateParams>(
    project.editor,
    cacheStateNotification,
    ({ silence }) => silence !== undefined,
  );
  await project.editor.connection.sendNotification(engineChangedNotification, { id: "e2" });
  assert.match((await silent).silence ?? "", /^the engine is not the one/);
});

test("a build that does something else than was foreseen is told, with all that decides but contents", async (t) => {
  const project = await Project.make(t);
  const failed: PredictionFailedParams[] = [];
  project.editor.connection.onNotification(
    predictionFailedNotification,
    (params: PredictionFailedParams) => {
      failed.push(params);
    },
  );
  await project.finish(await project.begin(), "rrrrr");
  await project.shows(cached);
  await project.change("pages/index.html", "secret words");
  await project.shows(pageChanged);
  // The steps that were called unknown may do what they like.
  await project.finish(await project.begin(), "crrcr");
  await project.shows(cached);
  assert.equal(failed.length, 0);
  // Somebody has removed the last step from the cache, and the words are not the ones that were hashed.
  await project.finish(await project.begin(), "ccccr");
  await project.shows(cached);
  assert.equal(failed.length, 1);
  assert.deepEqual(failed[0]?.wrong, [
    { line: 6, text: "COPY notes.txt /", foreseen: "cached", happened: "ran" },
  ]);
  assert.equal(failed[0]?.right, 4);
  const written = JSON.stringify(failed[0]?.case);
  assert.match(written, /"path":"pages\/index\.html"/);
  assert.match(written, /"foreseen":"cached","happened":"executed"/);
  assert.doesNotMatch(written, /secret words/);
});
