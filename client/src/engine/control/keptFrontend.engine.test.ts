import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { base, cleanUp, engine, makeContext, transport } from "../buildFixture.ts";
import type { DockerfileText } from "../dockerfileText.ts";
import { KeptFrontend } from "./keptFrontend.ts";

const frontend = new KeptFrontend(transport);
after(async () => {
  frontend.dispose();
  await cleanUp();
});

const isOld = engine.kind === "20.10";
const notWhenOld = { skip: isOld ? "Docker 20.10's frontend answers no such question." : false };

function question(contextFolder: string, text: string): DockerfileText {
  return { text, name: "Dockerfile.dev", contextFolder };
}

test("the graph of an unsaved text has each step at its lines, and the last text asked about counts", async (t) => {
  const folder = await makeContext(t, {});
  const first = await frontend.graph(
    question(
      folder,
      `FROM ${base} AS build\nRUN echo \\\n  one\nFROM ${base}\nCOPY --from=build /bin /x\n`,
    ),
  );
  assert.deepEqual(
    first.steps
      .filter(({ kind }) => kind !== "source")
      .map(({ name, lines, kind }) => [kind, name.replace(/^\[.*?\] /, ""), lines[0]]),
    [
      ["command", "RUN echo   one", { start: 2, end: 3 }],
      ["files", "COPY --from=build /bin /x", { start: 5, end: 5 }],
    ],
  );
  const second = await frontend.graph(question(folder, `FROM ${base}\nRUN echo two\n`));
  assert.ok(second.steps.some(({ name }) => name.endsWith("RUN echo two")));
  assert.ok(second.steps.every(({ name }) => !name.includes("one")));
});

test("target and build arguments count", async (t) => {
  const folder = await makeContext(t, {});
  const { steps } = await frontend.graph({
    ...question(
      folder,
      `FROM ${base} AS a\nARG WORD\nRUN echo $WORD\nFROM ${base} AS b\nRUN false\n`,
    ),
    target: "a",
    buildArguments: { WORD: "told" },
  });
  const commands = steps.filter(({ kind }) => kind === "command");
  assert.equal(commands.length, 1);
  assert.match(commands[0]?.name ?? "", /RUN echo (?:told|\$WORD)$/);
});

test("a text without steps has an empty graph", async (t) => {
  const folder = await makeContext(t, {});
  const { steps } = await frontend.graph(question(folder, "FROM scratch\nCMD x\n"));
  assert.deepEqual(steps, []);
});

test("BuildKit's own checks are asked for", notWhenOld, async (t) => {
  const folder = await makeContext(t, {});
  const text = `FROM ${base} AS Build\nMAINTAINER me\nRUN echo $nothing\n`;
  const warnings = await frontend.warnings(question(folder, text));
  assert.deepEqual(
    warnings.map(({ rule, lines }) => [rule, lines[0]?.start]),
    [
      ["StageNameCasing", 1],
      ["MaintainerDeprecated", 2],
    ],
  );
  assert.match(warnings[0]?.url ?? "", /^https:/);
  assert.match(warnings[0]?.detail ?? "", /Build/);
});

test("outline and targets are asked for", notWhenOld, async (t) => {
  const folder = await makeContext(t, {});
  const text = [
    "# the version to build",
    "ARG VERSION=3",
    "# build compiles",
    `FROM ${base} AS build`,
    "ARG VERSION",
    "RUN --mount=type=secret,id=token,required=true --mount=type=ssh echo $VERSION",
    "FROM build",
    "",
  ].join("\n");
  const outline = await frontend.outline(question(folder, text));
  assert.ok(outline.arguments.some(({ name, value }) => name === "VERSION" && value === "3"));
  assert.deepEqual(
    outline.secrets.map(({ id, required, lines }) => [id, required, lines[0]?.start]),
    [["token", true, 6]],
  );
  assert.equal(outline.ssh.length, 1);
  const targets = await frontend.targets(question(folder, text));
  assert.deepEqual(
    targets.map(({ name, isDefault, base: from }) => [name, isDefault, from]),
    [
      ["build", false, base],
      ["", true, "build"],
    ],
  );
});

test(
  "an old frontend's silence is unsupported, not an empty answer",
  { skip: !isOld },
  async (t) => {
    const folder = await makeContext(t, {});
    await assert.rejects(frontend.warnings(question(folder, `FROM ${base}\n`)), {
      reason: "unsupported",
    });
  },
);

test("a refused text is refused in the frontend's words, and the next one is answered", async (t) => {
  const folder = await makeContext(t, {});
  await assert.rejects(frontend.graph(question(folder, `FROM ${base}\nCOPPY a b\n`)), {
    reason: "bad-request",
    message: /unknown instruction: COPPY/,
  });
  assert.ok((await frontend.graph(question(folder, `FROM ${base}\nRUN x\n`))).steps.length > 0);
});

test("many questions at once are each answered for their own text", async (t) => {
  const folder = await makeContext(t, {});
  const words = Array.from({ length: 12 }, () => randomUUID());
  const graphs = await Promise.all(
    words.map((word) => frontend.graph(question(folder, `FROM ${base}\nRUN echo ${word}\n`))),
  );
  graphs.forEach(({ steps }, index) => {
    assert.ok(steps.at(-1)?.name.includes(words[index] ?? "-"), steps.at(-1)?.name);
  });
});

test("a question that is cancelled leaves the connection to others", async (t) => {
  const folder = await makeContext(t, {});
  const text = question(folder, `FROM ${base}\nRUN echo x\n`);
  const cancelled = frontend.graph(text, { signal: AbortSignal.abort() });
  const other = frontend.graph(text);
  await assert.rejects(cancelled, { reason: "cancelled" });
  assert.ok((await other).steps.length > 0);
});

test("a connection ends by itself, and the next question opens another", async (t) => {
  const folder = await makeContext(t, {});
  const short = new KeptFrontend(transport, { idleMs: 1 });
  const text = question(folder, `FROM ${base}\nRUN echo x\n`);
  assert.ok((await short.graph(text)).steps.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok((await short.graph(text)).steps.length > 0);
  short.dispose();
});

test("after the engine was restarted questions are answered again", async (t) => {
  const folder = await makeContext(t, {});
  const text = question(folder, `FROM ${base}\nRUN echo x\n`);
  await frontend.graph(text);
  await engine.halt();
  t.after(() => engine.resume());
  await assert.rejects(frontend.graph(text), { reason: "unreachable" });
  await engine.resume();
  assert.ok((await frontend.graph(text)).steps.length > 0);
});
