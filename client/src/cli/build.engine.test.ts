import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, test } from "node:test";
import type { BuildEvent } from "../engine/build.ts";
import { base, cleanUp, engine, makeContext, transport } from "../engine/buildFixture.ts";

after(cleanUp);

test("an image is built with its tag, labels and arguments, and the progress is on standard error", async (t) => {
  const name = `slipway-cli-${randomUUID()}`;
  t.after(() => removeImage(name));
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base} AS first
      ARG WHO=nobody
      RUN echo "hello $WHO"
      FROM first AS second
      RUN false
    `,
  });
  const { code, out, complaint } = await slipway(
    context,
    words(
      `build . -t ${name} --target first --no-cache --build-arg WHO=ann --label com.example.made=cli`,
    ),
  );
  assert.equal(code, 0, complaint);
  assert.equal(out, "");
  assert.match(complaint, /^#\d+ hello ann$/m);
  assert.match(complaint, new RegExp(`^Built ${name} in .*: 0 of 1 steps from the cache\\.$`, "m"));
  assert.ok(!complaint.includes("\u001B") && !complaint.includes("\r"));
  const image = (await transport.json({ method: "GET", path: `/images/${name}/json` })) as {
    readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  };
  assert.equal(image.Config.Labels["com.example.made"], "cli");
});

test("quietly, only the image's id is printed", async (t) => {
  const context = await makeContext(t, { Dockerfile: `FROM ${base}\nLABEL id=${randomUUID()}` });
  const { code, out, complaint } = await slipway(context, ["build", "-q"]);
  assert.equal(code, 0, complaint);
  assert.match(out, /^sha256:[0-9a-f]{64}\n$/);
  assert.equal(complaint, "");
  await removeImage(out.trim());
});

test("as JSON every event is a line, and the last one says how it ended", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nRUN echo ${randomUUID()}`,
    "Bad.Dockerfile": `FROM ${base}\nRUN echo broken; exit 9`,
  });
  const good = await slipway(context, ["build", "--progress", "json"]);
  assert.equal(good.code, 0, good.complaint);
  const events = readLines(good.out);
  assert.ok(events.some((event) => event.type === "log" && event.stream === "stdout"));
  const last = events.at(-1);
  assert.ok(last?.type === "built");
  await removeImage(last.imageId);

  const bad = await slipway(context, ["build", "-f", "Bad.Dockerfile", "--progress=json"]);
  assert.equal(bad.code, 1);
  const end = readLines(bad.out).at(-1);
  assert.ok(end?.type === "failed");
  assert.deepEqual(
    { ...end, message: "", step: undefined },
    {
      type: "failed",
      reason: "build-failed",
      message: "",
      step: undefined,
      exitCode: 9,
      output: ["broken"],
      dockerfileLine: 2,
    },
  );
});

test("a build that fails says where and ends with 1, what is not there with 2, no engine with 3", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nRUN true\nRUN echo broken >&2; exit 7`,
  });
  const failed = await slipway(context, ["build", "-q"]);
  assert.equal(failed.code, 1);
  assert.match(failed.complaint, /^broken\nDockerfile:3: The step .* failed with exit code 7\.\n$/);
  assert.equal(failed.out, "");

  const nothing = await slipway(context, ["build", "nowhere"]);
  assert.equal(nothing.code, 2);
  assert.match(nothing.complaint, /nowhere is not a folder/);
  assert.equal((await slipway(context, ["build", "--what"])).code, 2);

  const away = await slipway(context, ["build", "--endpoint", `unix://${join(context, "none")}`]);
  assert.equal(away.code, 3);
  assert.match(away.complaint, /Nobody answers/);
});

test("a secret reaches its step and is printed nowhere", async (t) => {
  const value = `s3cret-${randomUUID()}`;
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      RUN --mount=type=secret,id=token,required=true wc -c < /run/secrets/token
      RUN --mount=type=secret,id=file,required=true wc -c < /run/secrets/file
    `,
    "secret.txt": value,
    ".dockerignore": "secret.txt",
  });
  const { code, out, complaint } = await slipway(
    context,
    words(
      "build --progress json --no-cache --secret id=token,env=SLIPWAY_CLI_TOKEN --secret id=file,src=secret.txt",
    ),
    { SLIPWAY_CLI_TOKEN: value },
  );
  assert.equal(code, 0, complaint);
  const events = readLines(out);
  const printed = events.flatMap((event) => (event.type === "log" ? [event.text.trim()] : []));
  assert.deepEqual(printed, [String(value.length), String(value.length)]);
  assert.ok(!out.includes(value) && !complaint.includes(value));
  const last = events.at(-1);
  assert.ok(last?.type === "built");
  await removeImage(last.imageId);

  const without = await slipway(context, ["build", "-q", "--no-cache"]);
  assert.equal(without.code, 1);
  assert.match(
    without.complaint,
    /needs the secret “(?:token|file)”, which the build was not given/,
  );
});

test(
  "Ctrl+C ends the build at once, and no image was made",
  { skip: process.platform === "win32" },
  async (t) => {
    const seconds = `5${Math.floor(Math.random() * 1e6)}`;
    const context = await makeContext(t, {
      Dockerfile: `FROM ${base}\nRUN echo begun && sleep ${seconds}`,
    });
    const program = start(context, ["build", "--label", "slipway.cli=interrupted"]);
    await program.complained(/begun\n/);
    program.interrupt();
    const { code, complaint } = await program.ended;
    assert.equal(code, 130);
    assert.match(complaint, /slipway build: the build was cancelled\.\n$/);
    const filters = { label: ["slipway.cli=interrupted"] };
    assert.deepEqual(
      await transport.json({ method: "GET", path: "/images/json", query: { filters } }),
      [],
    );
  },
);

test("it ends, and complains of nothing, when nobody reads its output any more", async (t) => {
  const context = await makeContext(t, { Dockerfile: `FROM ${base}\nRUN sleep 50` });
  const program = start(context, ["build", "--progress", "json", "--no-cache"]);
  program.stopReading();
  const { code, complaint } = await program.ended;
  assert.equal(code, 130);
  assert.equal(complaint, "");
});

function words(text: string): readonly string[] {
  return text.split(" ");
}

/** The command as it is shipped, with the private engine as everybody's engine. */
function start(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const program = join(process.env["SLIPWAY_ROOT"] ?? process.cwd(), "client/dist/cli.js");
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], DOCKER_HOST: engine.host, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
  });
  let out = "";
  let complaint = "";
  let check = (): void => undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
    check();
  });
  const ended = new Promise<{ code: number | null; out: string; complaint: string }>(
    (resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, out, complaint }));
    },
  );
  return {
    ended,
    stopReading: () => child.stdout.destroy(),
    interrupt: () => child.kill("SIGINT"),
    complained: (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        check = () => {
          if (pattern.test(complaint)) {
            resolve();
          }
        };
        check();
        void ended.then(() => reject(new Error(`It ended with ${complaint}`)), reject);
      }),
  };
}

function slipway(...args: Parameters<typeof start>): ReturnType<typeof start>["ended"] {
  return start(...args).ended;
}

type Line =
  | BuildEvent
  | { readonly type: "built"; readonly imageId: string }
  | { readonly type: "failed"; readonly message: string };

function readLines(text: string): readonly Line[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

async function removeImage(name: string): Promise<void> {
  const path = `/images/${encodeURIComponent(name)}`;
  await transport.text({ method: "DELETE", path, query: { force: true } });
}
