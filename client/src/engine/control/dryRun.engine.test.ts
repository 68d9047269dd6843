import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { base, build, cleanUp, engine, makeContext, transport } from "../buildFixture.ts";
import type { DockerfileText } from "../dockerfileText.ts";
import type { DryRun } from "../dryRun.ts";
import { EngineError } from "../engineError.ts";
import { dryRun } from "./dryRun.ts";
import { withBuilder } from "./builderClient.ts";

after(cleanUp);

function question(contextFolder: string, text: string): DockerfileText {
  return { text, name: "Dockerfile", contextFolder };
}

/** The verdicts by the first line of their instruction. */
function verdicts({ steps }: DryRun): Record<number, string> {
  return Object.fromEntries(
    steps
      .filter(({ step }) => step.kind !== "merge")
      .map(({ step, verdict }) => [step.lines[0]?.start ?? 0, verdict]),
  );
}

test("the verdicts are those of the build that follows, and no command runs", async (t) => {
  const id = randomUUID();
  const cache = `--mount=type=cache,id=${id},target=/ran`;
  const text = [
    `FROM ${base} AS first`,
    `RUN ${cache} date > /ran/line2 && echo ${id} > /made`,
    "COPY a.txt /a.txt",
    `RUN ${cache} date > /ran/line4`,
    `FROM ${base}`,
    "WORKDIR /work",
    "COPY --from=first /made /made",
    `RUN ${cache} date > /ran/line8`,
    "",
  ].join("\n");
  const folder = await makeContext(t, { "a.txt": "1", "b.txt": "1" });
  await writeFile(join(folder, "Dockerfile"), text);

  const before = await dryRun(transport, question(folder, text));
  assert.deepEqual(
    { ...verdicts(before), 6: "-" },
    // Another test of this engine may have made the folder before.
    {
      2: "runs",
      3: "runs",
      4: "runs",
      6: "-",
      7: verdicts(before)[6] === "runs" ? "runs" : "unknown",
      8: verdicts(before)[6] === "runs" ? "runs" : "unknown",
    },
  );

  // Whoever reads the cache mount sees what has run on it.
  const look = await build(
    await makeContext(t, {
      Dockerfile: `
      FROM ${base}
      RUN ${cache} echo "found: $(ls /ran)" # ${randomUUID()}
    `,
    }),
  );
  assert.equal(look.text, "found: \n");

  await build(folder);
  assert.deepEqual(verdicts(await dryRun(transport, question(folder, text))), {
    2: "cached",
    3: "cached",
    4: "cached",
    6: "cached",
    7: "cached",
    8: "cached",
  });

  await writeFile(join(folder, "b.txt"), "2 is not copied");
  assert.equal(verdicts(await dryRun(transport, question(folder, text)))[3], "cached");

  // The stage that is copied from ends with a command that runs, so its files are not known.
  await writeFile(join(folder, "a.txt"), "2 is copied");
  assert.deepEqual(verdicts(await dryRun(transport, question(folder, text))), {
    2: "cached",
    3: "runs",
    4: "runs",
    6: "cached",
    7: "unknown",
    8: "unknown",
  });

  const edited = text.replace(`&& echo ${id}`, `&& echo another`);
  assert.deepEqual(verdicts(await dryRun(transport, question(folder, edited))), {
    2: "runs",
    3: "runs",
    4: "runs",
    6: "cached",
    7: "unknown",
    8: "unknown",
  });
});

test("a command that would take long is not waited for", async (t) => {
  const folder = await makeContext(t, {});
  const text = `FROM ${base}\nRUN sleep 3600 # ${randomUUID()}\n`;
  const result = await dryRun(transport, question(folder, text));
  assert.deepEqual(verdicts(result), { 2: "runs" });
});

test("a dry run makes no image and no history", async (t) => {
  const images = async (): Promise<string[]> => {
    const list = await transport.json({
      method: "GET",
      path: "/images/json",
      query: { all: true },
    });
    return (list as { readonly Id: string }[]).map(({ Id }) => Id).sort();
  };
  const builds = async (): Promise<number> =>
    await withBuilder(transport, undefined, async (builder) => {
      let count = 0;
      try {
        for await (const _ of builder.history({ follow: false })) {
          count += 1;
        }
      } catch (error) {
        assert.ok(engine.kind === "20.10" && error instanceof EngineError, String(error));
      }
      return count;
    });
  const folder = await makeContext(t, { "a.txt": randomUUID() });
  const [imagesBefore, buildsBefore] = [await images(), await builds()];
  await dryRun(
    transport,
    question(folder, `FROM ${base}\nCOPY a.txt /\nRUN echo ${randomUUID()}\n`),
  );
  assert.deepEqual(await images(), imagesBefore);
  assert.equal(await builds(), buildsBefore);
});

test("a file that is missing is said at its instruction", async (t) => {
  const folder = await makeContext(t, { "a.txt": randomUUID() });
  const text = `FROM ${base}\nCOPY a.txt /\nCOPY nosuch.txt /\nRUN echo after\n`;
  const { steps } = await dryRun(transport, question(folder, text));
  const missing = steps.find(({ step }) => step.lines[0]?.start === 3);
  assert.equal(missing?.verdict, "runs");
  assert.match(missing?.said ?? "", /nosuch\.txt/);
  assert.equal(steps.find(({ step }) => step.lines[0]?.start === 4)?.verdict, "runs");
});

test("a secret that would be asked for is not needed", async (t) => {
  const folder = await makeContext(t, {});
  const text = `FROM ${base}\nRUN --mount=type=secret,id=token,required=true echo ${randomUUID()}\n`;
  assert.deepEqual(verdicts(await dryRun(transport, question(folder, text))), { 2: "runs" });
});

test("a text that is refused is said so, and a cancelled dry run is over", async (t) => {
  const folder = await makeContext(t, {});
  await assert.rejects(dryRun(transport, question(folder, `FROM ${base}\nRUNN x\n`)), {
    reason: "bad-request",
    message: /parse error.*unknown instruction: RUNN/,
  });
  const controller = new AbortController();
  const running = dryRun(transport, question(folder, `FROM ${base}\nRUN true ${randomUUID()}\n`), {
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(running, { reason: "cancelled" });
});
