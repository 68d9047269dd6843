import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { parseEndpointUrl } from "./dial.ts";
import { EngineError } from "./engineError.ts";
import { imaginaryEngine } from "./imaginaryEngine.ts";
import { sshArguments } from "./sshStream.ts";
import { createTransport } from "./transport.ts";

test("addresses are read as DOCKER_HOST writes them", () => {
  assert.deepEqual(parseEndpointUrl("unix:///var/run/docker.sock"), {
    kind: "path",
    path: "/var/run/docker.sock",
  });
  assert.deepEqual(parseEndpointUrl("npipe:////./pipe/docker_engine"), {
    kind: "path",
    path: "\\\\.\\pipe\\docker_engine",
  });
  assert.deepEqual(parseEndpointUrl("tcp://host"), { kind: "tcp", host: "host", port: 2375 });
  assert.deepEqual(parseEndpointUrl("tcp://host:80"), { kind: "tcp", host: "host", port: 80 });
  assert.deepEqual(parseEndpointUrl("https://[::1]"), { kind: "tcp", host: "::1", port: 2376 });
  assert.deepEqual(parseEndpointUrl("ssh://me@host:2222/run/docker.sock"), {
    kind: "ssh",
    host: "host",
    port: 2222,
    user: "me",
    path: "/run/docker.sock",
  });
});

test("an address cannot smuggle options into ssh", () => {
  for (const url of ["ssh://-oProxyCommand=touch", "ssh://-l@host", "ssh://me:password@host"]) {
    assert.throws(() => parseEndpointUrl(url), EngineError, url);
  }
  const args = sshArguments({ kind: "ssh", host: "host", path: "/a'b" });
  assert.deepEqual(args.slice(args.indexOf("--")), [
    "--",
    "host",
    "docker",
    "--host",
    "'unix:///a'\\''b'",
    "system",
    "dial-stdio",
  ]);
});

test(
  "an engine behind ssh is reached through the ssh program of the system, and one connection serves many calls",
  { skip: process.platform === "win32" },
  async () => {
    const engine = await imaginaryEngine();
    const folder = await mkdtemp(join(tmpdir(), "slipway-ssh-"));
    const formerPath = process.env["PATH"] ?? "";
    const script = `#!${process.execPath}
const { appendFileSync } = require("node:fs");
appendFileSync(${JSON.stringify(join(folder, "calls"))}, process.argv.slice(2).join(" ") + "\\n");
const socket = require("node:net").connect(${JSON.stringify(engine.endpoint.url.replace("unix://", ""))});
process.stdin.pipe(socket).pipe(process.stdout);
`;
    await writeFile(join(folder, "ssh"), script);
    await chmod(join(folder, "ssh"), 0o755);
    process.env["PATH"] = `${folder}${delimiter}${formerPath}`;
    const transport = createTransport({ url: "ssh://me@far", source: "setting" });
    try {
      await transport.json({ method: "GET", path: "/images/json" });
      await transport.json({ method: "GET", path: "/containers/json" });
      const calls = (await readFile(join(folder, "calls"), "utf8")).trim().split("\n");
      assert.equal(calls.length, 1, calls.join("\n"));
      assert.match(calls[0] ?? "", /-l me -- far docker system dial-stdio$/);
    } finally {
      process.env["PATH"] = formerPath;
      transport.dispose();
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
);

test("an ssh that fails says why", { skip: process.platform === "win32" }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-ssh-"));
  const formerPath = process.env["PATH"] ?? "";
  await writeFile(
    join(folder, "ssh"),
    "#!/bin/sh\necho 'me@far: Permission denied (publickey).' >&2\nexit 255\n",
  );
  await chmod(join(folder, "ssh"), 0o755);
  process.env["PATH"] = `${folder}${delimiter}${formerPath}`;
  const transport = createTransport({ url: "ssh://me@far", source: "setting" });
  try {
    await assert.rejects(transport.json({ method: "GET", path: "/images/json" }), (error) => {
      assert.ok(error instanceof EngineError);
      assert.equal(error.reason, "no-permission");
      assert.match(error.message, /could not log in to far: me@far: Permission denied/);
      return true;
    });
  } finally {
    process.env["PATH"] = formerPath;
    transport.dispose();
    await rm(folder, { recursive: true, force: true });
  }
});
