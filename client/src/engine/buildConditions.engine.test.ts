import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { symlink, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { base, build, cleanUp, engine, makeContext } from "./buildFixture.ts";
import { EngineError } from "./engineError.ts";
import { createTransport } from "./transport.ts";

after(cleanUp);

test(
  "ten builds at once all succeed, each with its own context",
  { timeout: 120_000 },
  async (t) => {
    const built = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const id = `${index}-${randomUUID()}`;
        const context = await makeContext(t, {
          Dockerfile: `
          FROM ${base}
          COPY id.txt /
          RUN cat /id.txt
        `.replaceAll("\n          ", "\n      "),
          "id.txt": id,
        });
        const { text, result } = await build(context);
        assert.match(text, new RegExp(id));
        return result.imageId;
      }),
    );
    assert.equal(new Set(built).size, 10);
  },
);

test("a socket in the context goes as an empty file, and a loop of links is sent as links", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      COPY . /all
      RUN echo ${randomUUID()}; cd /all && ls -l | grep -v Dockerfile
    `,
    "folder/a.txt": "a",
  });
  await symlink("two", join(context, "one"));
  await symlink("one", join(context, "two"));
  await symlink("..", join(context, "folder", "up"));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(context, "live.sock"), resolve));
  t.after(() => server.close());
  const { text } = await build(context);
  assert.match(text, /one -> two/);
  assert.match(text, /two -> one/);
  // As the docker command sends it, so that both have the same cache.
  assert.match(text, / 0 .* live\.sock/);
});

test("names in every script arrive as they are", async (t) => {
  const names = ["größe", "данные", "データ", "ملف", "with blank", "emoji 🚢"];
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      COPY files /files
      RUN echo ${randomUUID()}; for each in /files/*; do cat "$each"; done
    `,
    ...Object.fromEntries(names.map((name) => [`files/${name}`, `content of ${name}\n`])),
  });
  const { text } = await build(context);
  for (const name of names) {
    assert.ok(text.includes(`content of ${name}`), name);
  }
});

test("a file that changes while it is sent ends in an image or in a sentence", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `FROM ${base}\nCOPY large.bin /${randomUUID()}\n`,
  });
  const path = join(context, "large.bin");
  await writeFile(path, Buffer.alloc(30_000_000, 1));
  let changes = 0;
  try {
    await build(
      context,
      {},
      {
        onEvent: (event) => {
          if (event.type === "step" && event.step.name === "[internal] load build context") {
            changes += 1;
            writeFileSync(path, Buffer.alloc(changes % 2 === 0 ? 40_000_000 : 10_000_000, changes));
          }
        },
      },
    );
  } catch (error) {
    assert.ok(error instanceof EngineError, String(error));
    assert.ok(error.message.length > 10);
  }
  assert.ok(changes > 0);
});

test(
  "a connection that is cut in the middle ends the build at once, with a sentence",
  { timeout: 60_000 },
  async (t) => {
    const context = await makeContext(t, {
      Dockerfile: `FROM ${base}\nRUN echo ${randomUUID()}; sleep 300\n`,
    });
    const sockets = new Set<Socket>();
    const proxy = createServer((client) => {
      const upstream = connect(engine.host.replace("unix://", ""));
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on("error", () => undefined);
      }
      client.pipe(upstream).pipe(client);
    });
    const address = join(context, "proxy.sock");
    await new Promise<void>((resolve) => proxy.listen(address, resolve));
    const over = createTransport({ url: `unix://${address}`, source: "setting" });
    t.after(() => {
      over.dispose();
      proxy.close();
    });
    await assert.rejects(
      build(
        context,
        {},
        {
          onEvent: (event) => {
            if (event.type === "log") {
              sockets.forEach((socket) => socket.destroy());
            }
          },
        },
        over,
      ),
      (error) =>
        error instanceof EngineError && error.reason !== "cancelled" && error.message.length > 10,
    );
  },
);
