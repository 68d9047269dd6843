import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import type { BuildRequest } from "./build.ts";
import { BuildFailure } from "./buildFailure.ts";
import { base, build, cleanUp, makeContext, transport } from "./buildFixture.ts";
import { EngineError } from "./engineError.ts";

after(cleanUp);

test("a secret is there in the step that mounts it, and nowhere else afterwards", async (t) => {
  const value = `s3cret-${randomUUID()}`;
  const other = `variable-${randomUUID()}`;
  const variable = "SLIPWAY_TEST_BUILD_SECRET";
  process.env[variable] = other;
  t.after(() => delete process.env[variable]);
  const elsewhere = await makeContext(t, { token: value });
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      RUN --mount=type=secret,id=npm,required=true md5sum < /run/secrets/npm; wc -c < /run/secrets/npm
      RUN --mount=type=secret,id=key,target=/key wc -c < /key
      RUN ls /run/secrets 2>/dev/null | wc -l
    `,
  });
  const { events, text, result } = await build(context, {
    noCache: true,
    secrets: { npm: { file: join(elsewhere, "token") }, key: { variable } },
  });
  const lines = new Set(text.split("\n").map((line) => line.trim()));
  assert.ok(lines.has(String(value.length)), text);
  assert.ok(lines.has(String(other.length)), text);
  const image = encodeURIComponent(result.imageId);
  const history = await transport.json({ method: "GET", path: `/images/${image}/history` });
  const inspected = await transport.json({ method: "GET", path: `/images/${image}/json` });
  const everything = JSON.stringify([events, [...result.steps], history, inspected]);
  assert.match(everything, /id=npm/);
  assert.ok(!everything.includes(value) && !everything.includes(other));
});

test("a secret that a step needs and was not given is named, with the line", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      RUN --mount=type=secret,id=npm-token,required=true cat /run/secrets/npm-token
    `,
  });
  await assert.rejects(build(context), (error) => {
    assert.ok(error instanceof BuildFailure);
    assert.match(
      error.message,
      /^The step “\[(?:stage-0 )?2\/2\] RUN --mount=type=secret.*” needs the secret “npm-token”, which the build was not given\.$/,
    );
    assert.equal(error.details.dockerfileLine, 2);
    return true;
  });
});

test("a secret that a step can do without may be missing", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      RUN --mount=type=secret,id=none test ! -e /run/secrets/none && echo without
    `,
  });
  assert.equal((await build(context, { noCache: true })).text, "without\n");
});

test("a secret whose file or variable is not there is said before the engine is asked", async (t) => {
  const context = await makeContext(t, { Dockerfile: `FROM ${base}` });
  const refused = async (
    secrets: NonNullable<BuildRequest["secrets"]>,
    pattern: RegExp,
  ): Promise<void> => {
    await assert.rejects(
      build(context, { secrets }, {}, neverAsked),
      (error) =>
        error instanceof EngineError && error.reason === "not-found" && pattern.test(error.message),
    );
  };
  const file = join(context, "nope");
  await refused({ a: { file } }, /nope with the secret “a” cannot be read/);
  await refused({ b: { variable: "SLIPWAY_NOT_SET" } }, /SLIPWAY_NOT_SET .* is not set/);
});

test("an engine that opens no session is sent no build that has secrets", async (t) => {
  const context = await makeContext(t, { Dockerfile: `FROM ${base}`, token: "x" });
  await assert.rejects(
    build(context, { secrets: { a: { file: join(context, "token") } } }, {}, neverAsked),
    (error) =>
      error instanceof EngineError &&
      error.reason === "unsupported" &&
      /no build session/.test(error.message),
  );
});

test("a step that mounts an SSH agent has its socket, and one that was not given is named", async (t) => {
  const folder = await makeContext(t, {});
  const socket = join(folder, "agent.sock");
  const agent = createServer().listen(socket);
  await once(agent, "listening");
  t.after(() => agent.close());
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      RUN --mount=type=ssh,required=true test -S "$SSH_AUTH_SOCK" && echo has an agent
    `,
  });
  const { text } = await build(context, { noCache: true, sshAgents: { default: socket } });
  assert.equal(text, "has an agent\n");
  await assert.rejects(
    build(context, { noCache: true }),
    (error) =>
      error instanceof BuildFailure &&
      /needs the SSH agent “default”, which the build was not given/.test(error.message),
  );
});

/** As behind a proxy that lets no upgrade through; everything else fails the test. */
const neverAsked: typeof transport = Object.assign(Object.create(transport), {
  request: () => assert.fail("a request was made"),
  json: () => assert.fail("a request was made"),
  hijack: () => Promise.reject(new EngineError("unsupported", "No upgrade.")),
});
