import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { chmod, link, mkdir, readFile, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { after, test } from "node:test";
import type { BuildResult } from "./build.ts";
import { BuildFailure } from "./buildFailure.ts";
import { base, build, cleanUp, engine, makeContext, transport } from "./buildFixture.ts";
import type { BuildTransport } from "./buildImage.ts";
import { EngineError } from "./engineError.ts";

after(cleanUp);

test("a multi-stage build makes the image and tells its steps and the size of its layers", async (t) => {
  const id = randomUUID().slice(0, 10);
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base} AS build
      WORKDIR /app-${id}
      COPY a.txt ./
      RUN cat a.txt a.txt > b.txt
      FROM ${base}
      COPY --from=build /app-${id}/b.txt /b.txt
      RUN echo twelve bytes > /c.txt
    `,
    "a.txt": id,
  });
  const { result } = await build(context);
  assert.match(result.imageId, /^sha256:[0-9a-f]{64}$/);
  assert.ok(result.seconds > 0 && result.seconds < 60);
  assert.deepEqual(instructions(result), [
    `done [build 2/4] WORKDIR /app-${id}`,
    "done [build 3/4] COPY a.txt ./",
    "done [build 4/4] RUN cat a.txt a.txt > b.txt",
    `done [stage-1 2/3] COPY --from=build /app-${id}/b.txt /b.txt`,
    "done [stage-1 3/3] RUN echo twelve bytes > /c.txt",
  ]);
  const bytes = (part: string): number | undefined =>
    result.layerBytes.get(result.steps.find(({ name }) => name.includes(part))?.digest ?? "");
  if (engine.kind === "28c") {
    // The containerd store counts in blocks.
    assert.ok((bytes("COPY --from") ?? 0) >= 20);
  } else {
    assert.equal(bytes("COPY --from"), 20);
    assert.equal(bytes("RUN echo twelve"), 13);
    assert.equal(bytes("RUN cat"), 20, "a layer that is not in the image, from the build cache");
  }
  for (const { startedAt, completedAt, name } of result.steps) {
    assert.ok(
      startedAt !== undefined && completedAt !== undefined && startedAt <= completedAt,
      name,
    );
  }
});

test("a second build runs nothing, an edit only what follows it, and both send next to nothing", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      COPY package.json ./
      RUN echo install ${randomUUID()}
      COPY . .
      RUN echo build
    `,
    "package.json": "{}",
    "src/large.bin": "x".repeat(1_000_000),
    "src/a.txt": "first",
  });
  const first = await build(context);
  assert.ok(first.sentBytes > 1_000_000, `${first.sentBytes} bytes`);
  const second = await build(context);
  assert.deepEqual(states(second.result), ["cached", "cached", "cached", "cached"]);
  assert.ok(second.sentBytes < 2_000, `${second.sentBytes} bytes`);

  await writeFile(join(context, "src/a.txt"), "second");
  const third = await build(context);
  assert.deepEqual(states(third.result), ["cached", "cached", "done", "done"]);
  assert.ok(third.sentBytes < 2_000, `${third.sentBytes} bytes`);
});

test("a Dockerfile that copies one file is sent that file alone", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nCOPY small.txt /`,
    "small.txt": "small",
    "large.bin": "x".repeat(3_000_000),
  });
  const { sentBytes } = await build(context);
  assert.ok(sentBytes < 2_000, `${sentBytes} bytes`);
});

test("the ignore file is heeded, with what it lets back in", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nWORKDIR /c\nCOPY . .\nRUN find . -type f | sort`,
    ".dockerignore": "node_modules\n**/*.log\n!logs/keep.log\nDockerfile\n.dockerignore\n",
    "node_modules/m/index.js": "m",
    "logs/keep.log": "k",
    "logs/drop.log": "d",
    "src/a.txt": "a",
  });
  const { text } = await build(context, { noCache: true });
  assert.equal(text, "./logs/keep.log\n./src/a.txt\n");
});

test("a Dockerfile outside of the context is used, with the ignore file that belongs to it", async (t) => {
  const context = await makeContext(t, { ".dockerignore": "b.txt", "a.txt": "a", "b.txt": "b" });
  const elsewhere = await makeContext(t, {
    "app.Dockerfile": `FROM ${base}\nWORKDIR /c\nCOPY . .\nRUN find . -type f | sort`,
    "app.Dockerfile.dockerignore": "a.txt\n.dockerignore\n",
  });
  const { text } = await build(context, {
    noCache: true,
    dockerfile: join(elsewhere, "app.Dockerfile"),
  });
  assert.equal(text, "./b.txt\n");
});

test("an edit of the Dockerfile that keeps its size and its time is seen", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nRUN echo one ${randomUUID()}`,
  });
  assert.match((await build(context)).text, /^one /);
  const file = join(context, "Dockerfile");
  const { atime, mtime } = await stat(file);
  await writeFile(file, (await readFile(file, "utf8")).replace("one", "two"));
  await utimes(file, atime, mtime);
  assert.match((await build(context)).text, /^two /);
});

test("links, modes and empty folders arrive as they are, owned by root", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      WORKDIR /c
      COPY . .
      RUN stat -c '%A %u:%g %h %n' run.sh sub empty first second && readlink link && readlink broken && cat link/deep.txt
    `,
    ".dockerignore": "Dockerfile",
    "run.sh": "#!/bin/sh",
    "sub/deep.txt": "through the link\n",
    first: "twice",
    "ümlaut, comma.txt": "u",
  });
  await chmod(join(context, "run.sh"), 0o4750);
  await chmod(join(context, "sub"), 0o700);
  await mkdir(join(context, "empty"));
  await chmod(join(context, "empty"), 0o1777);
  await chmod(join(context, "first"), 0o644);
  await link(join(context, "first"), join(context, "second"));
  await symlink("sub", join(context, "link"));
  await symlink("/nowhere", join(context, "broken"));
  const { text } = await build(context, { noCache: true });
  const [run, sub, empty, first, second, ...rest] = text.split("\n");
  assert.match(run ?? "", /^-rwsr-x--- 0:0 1 run\.sh$/);
  assert.match(sub ?? "", /^drwx------ 0:0 \d sub$/);
  assert.match(empty ?? "", /^drwxrwxrwt 0:0 \d empty$/);
  assert.match(first ?? "", /^-rw-r--r-- 0:0 2 first$/);
  assert.match(second ?? "", /^-rw-r--r-- 0:0 2 second$/);
  assert.deepEqual(rest, ["sub", "/nowhere", "through the link", ""]);
});

test("target, build arguments, labels and tags have their effect", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base} AS first
      ARG WHO=nobody
      RUN echo "hello $WHO" > /who && cat /who
      FROM first AS second
      RUN false
    `,
  });
  const name = `slipway-test-${randomUUID()}`;
  const { result, text } = await build(context, {
    target: "first",
    buildArguments: { WHO: "wörld & co=1" },
    labels: { "com.example.name": 'quoted "value"' },
    tags: [`${name}:one`, `${name}:two`],
    noCache: true,
  });
  assert.equal(text, "hello wörld & co=1\n");
  const image = (await transport.json({ method: "GET", path: `/images/${name}:two/json` })) as {
    readonly Id: string;
    readonly RepoTags: readonly string[];
    readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  };
  assert.equal(image.Id, result.imageId);
  assert.deepEqual(image.RepoTags.toSorted(), [`${name}:one`, `${name}:two`]);
  assert.equal(image.Config.Labels["com.example.name"], 'quoted "value"');
});

test("without the cache every instruction runs again", async (t) => {
  const context = await makeContext(t, { Dockerfile: `FROM ${base}\nCOPY Dockerfile /\nRUN true` });
  await build(context);
  const { result } = await build(context, { noCache: true });
  assert.deepEqual(states(result), ["done", "done"]);
});

test("a character that a step prints in two halves arrives whole", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nRUN printf '\\342\\202'; sleep 0.3; printf '\\254\\n'`,
  });
  const { events } = await build(context, { noCache: true });
  const texts = events.flatMap((event) => (event.type === "log" ? [event.text] : []));
  assert.equal(texts.join(""), "€\n");
  assert.ok(!texts.some((text) => text.includes("\uFFFD")));
});

test("a context of 2,000 files arrives whole", async (t) => {
  const files: Record<string, string> = {
    Dockerfile: `FROM ${base}\nWORKDIR /c\nCOPY files .\nRUN find . -type f | wc -l; cat */* | md5sum`,
  };
  for (let index = 0; index < 2_000; index += 1) {
    files[`files/d${index % 20}/f${index}.txt`] = `file ${index}\n`.repeat(index % 50);
  }
  const context = await makeContext(t, files);
  const first = await build(context, { noCache: true });
  assert.match(first.text, /^ *2000\n[0-9a-f]{32} /);
  const second = await build(context);
  assert.deepEqual(states(second.result).slice(0, 2), ["cached", "cached"]);
});

test("a session runs over a stream that is no socket, as that of ssh is", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nCOPY a.bin /\nRUN wc -c < /a.bin`,
    "a.bin": "x".repeat(2_000_000),
  });
  const { text } = await build(
    context,
    { noCache: true },
    {},
    {
      ...withoutSession,
      hijack: async (request, protocol) => asPlainDuplex(await transport.hijack(request, protocol)),
    },
  );
  assert.equal(text, "2000000\n");
});

test("an engine that gives no session is sent the context, less what is left out", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      WORKDIR /c
      COPY . .
      RUN stat -c '%A %u:%g %n' run.sh && find . -type f | sort
    `,
    ".dockerignore": "*.log\nDockerfile\n.dockerignore\n!keep.log\n",
    "drop.log": "d",
    "keep.log": "k",
    "run.sh": "#!/bin/sh",
    "sub/é.txt": "x".repeat(100_000),
  });
  await chmod(join(context, "run.sh"), 0o755);
  const { text, result } = await build(context, { noCache: true }, {}, withoutSession);
  const [run, ...files] = text.trimEnd().split("\n");
  assert.equal(run, "-rwxr-xr-x 0:0 run.sh");
  // Docker takes every file of the archive, so that a Dockerfile that is left out comes along under another name.
  assert.deepEqual(
    files.filter((file) => !file.startsWith("./.docker")),
    ["./keep.log", "./run.sh", "./sub/é.txt"],
  );
  assert.deepEqual(states(result).slice(1), ["done", "done"]);

  await writeFile(join(context, "Dockerfile"), `FROM ${base}\nRUN exit 5`);
  await assert.rejects(
    build(context, {}, {}, withoutSession),
    (error) => error instanceof BuildFailure && error.details.exitCode === 5,
  );
});

test("two builds of the same context at the same time both succeed", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nCOPY . /c\nARG N\nRUN cat /c/a.txt && echo $N`,
    "a.txt": "a\n",
  });
  const results = await Promise.all(
    ["1", "2"].map((N) => build(context, { buildArguments: { N }, noCache: true })),
  );
  assert.deepEqual(
    results.map(({ text }) => text),
    ["a\n1\n", "a\n2\n"],
  );
});

test(
  "a warning of BuildKit's checks arrives with its line",
  { skip: engine.kind === "20.10" },
  async (t) => {
    const context = await makeContext(t, { Dockerfile: `FROM ${base}\nrun true` });
    const { events } = await build(context);
    const warning = events.find(({ type }) => type === "warning");
    assert.ok(warning?.type === "warning");
    assert.match(warning.message, /ConsistentInstructionCasing/);
    assert.equal(warning.startLine, 2);
  },
);

/** As a proxy does that lets no upgrade through. */
const withoutSession: BuildTransport = {
  endpoint: transport.endpoint,
  request: (request) => transport.request(request),
  json: (request) => transport.json(request),
  hijack: () => Promise.reject(new EngineError("unsupported", "No upgrade.")),
};

/** The steps that stand for instructions other than FROM, in the order of their stages. */
function instructionSteps({ steps }: BuildResult): BuildResult["steps"] {
  return steps
    .filter(({ name }) => /^\[[^\]]*\d\/\d+\] (?!FROM)/.test(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function instructions(result: BuildResult): string[] {
  return instructionSteps(result).map(({ name, state }) => `${state} ${name}`);
}

function states(result: BuildResult): string[] {
  return instructionSteps(result).map(({ state }) => state);
}

/** The same stream, without a handle of the system that Node could use directly. */
function asPlainDuplex(socket: Duplex): Duplex {
  const plain = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      socket.write(chunk, done);
    },
    final: (done) => {
      socket.end(done);
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    if (!plain.push(chunk)) {
      socket.pause();
    }
  });
  socket.on("end", () => plain.push(null));
  socket.on("close", () => plain.destroy());
  return plain;
}
