import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { testEngine } from "../../test/engines/testEngine.ts";
import { testService } from "../../test/engines/testService.ts";
import { createDockerEngine } from "./dockerEngine.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Engine } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import type { EngineErrorReason } from "./engineError.ts";
import { modelShows, TerminalReader } from "./engineFixture.ts";
import { findEndpoint } from "./findEndpoint.ts";
import { realMachine } from "./machine.ts";
import { SshFailure } from "./sshFailure.ts";
import type { SshTrouble } from "./sshFailure.ts";
import { createTransport } from "./transport.ts";

const control = testEngine();
const folder = mkdtempSync(join(tmpdir(), "slipway-endpoints-"));
after(() => rm(folder, { recursive: true, force: true }));

test("an engine that asks for certificates lets in who has one of its authority, found as a docker context", async (t) => {
  const service = await testService("tls", control.kind);
  t.after(() => service.stop());
  const { port = 0, folder: certificates = "" } = service.address;
  const url = `tcp://127.0.0.1:${port}`;
  const read = (name: string) => readFile(join(String(certificates), `${name}.pem`), "utf8");
  const [ca, certificate, key, stranger, strangersCertificate, strangersKey] = (await Promise.all(
    ["ca", "client", "client-key", "stranger", "stranger-client", "stranger-client-key"].map(read),
  )) as [string, string, string, string, string, string];

  await writeContext("safe", url, { ca, cert: certificate, key });
  const machine = { ...realMachine, environment: { DOCKER_CONFIG: folder } };
  const endpoint = await findEndpoint({ setting: "safe", machine });
  assert.deepEqual(endpoint, {
    url,
    source: "setting",
    context: "safe",
    tls: { ca, certificate, key, verify: true },
  });
  await answers(endpoint);
  const trusting = { url, source: "setting", tls: { certificate, key, verify: false } } as const;
  await answers(trusting);

  const refused: readonly Endpoint["tls"][] = [
    // No certificate of our own.
    { ca, verify: true },
    // One of an authority that the engine does not trust.
    { ca, certificate: strangersCertificate, key: strangersKey, verify: true },
    // An engine whose authority we do not trust.
    { ca: stranger, certificate, key, verify: true },
    { certificate, key, verify: true },
    // No TLS at all.
    undefined,
  ];
  for (const tls of refused) {
    const asked = { url, source: "setting", ...(tls === undefined ? {} : { tls }) } as const;
    await refuses(asked, "tls");
  }
});

test("an engine behind ssh is reached with all that it can do, over few connections", async (t) => {
  const ssh = await startSsh(t);
  await ssh.trustHost();
  await using(ssh.endpoint, async (engine) => {
    const version = await engine.version();
    assert.notEqual(version.version, "");
    const { model } = engine;
    const unwatch = model.watch();
    await modelShows(model, ({ state }) => state.kind === "ready");
    const label = `ssh-${process.pid}`;
    const { id, session } = await engine.runInteractive({
      image: "busybox:local",
      command: ["sh"],
      labels: { [label]: "1" },
    });
    const reader = new TerminalReader(session);
    session.write("echo over $((40 + 2)) hops; exit 3\n");
    await reader.shows(/over 42 hops/);
    assert.equal(await reader.ended, 3);
    await modelShows(model, ({ containers }) =>
      containers.some((each) => each.id === id && each.state === "exited"),
    );
    await engine.removeContainer(id);
    await modelShows(model, ({ containers }) => containers.every((each) => each.id !== id));
    unwatch();
  });
  const connections = await ssh.connections();
  assert.ok(connections <= 12, `${connections} connections`);
});

test("an unknown host key, a changed one and a refused login are told of at once, and nothing hangs", async (t) => {
  const ssh = await startSsh(t);
  await failsBySsh(ssh.endpoint, "unknown-host-key");
  await ssh.trustHost(
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f",
  );
  await failsBySsh(ssh.endpoint, "changed-host-key");
  await ssh.trustHost();
  await failsBySsh(
    { ...ssh.endpoint, url: ssh.endpoint.url.replace("root@", "nobody@") },
    "login-refused",
  );
  await failsBySsh({ ...ssh.endpoint, url: "ssh://no-such-host.invalid" }, "unknown-host");
  await failsBySsh({ ...ssh.endpoint, url: `${ssh.endpoint.url}/no/such.sock` }, "no-docker");
  await answers(ssh.endpoint);
});

test("a host that does not exist, and one that refuses, are told apart", async () => {
  await refuses({ url: "tcp://no-such-host.invalid:2375", source: "setting" }, "bad-endpoint");
  await refuses({ url: "tcp://127.0.0.1:1", source: "setting" }, "unreachable");
});

test("over a slow link calls have their time limit, and streams have none", async (t) => {
  const link = await slowLink(400);
  t.after(() => link.close());
  const transport = createTransport({ url: link.url, source: "setting" });
  t.after(() => transport.dispose());
  await transport.apiVersion();
  const call = { method: "GET", path: "/containers/json", timeoutMs: 150 } as const;
  await assert.rejects(transport.json(call), failsWith("timeout"));
  await transport.json({ ...call, timeoutMs: 60_000 });
  await using({ url: link.url, source: "setting" }, async (engine) => {
    const unwatch = engine.model.watch();
    await modelShows(engine.model, ({ state }) => state.kind === "ready");
    const id = await engine.runContainer({ image: "busybox:local", command: ["true"] });
    await modelShows(engine.model, ({ containers }) => containers.some((each) => each.id === id));
    await modelShows(engine.model, ({ containers }) =>
      containers.some((each) => each.id === id && each.state === "exited"),
    );
    await engine.removeContainer(id);
    unwatch();
  });
});

test("a call over a link that is cut fails as unreachable, and one that is cancelled ends at once", async (t) => {
  const link = await slowLink(1_000);
  t.after(() => link.close());
  const transport = createTransport({ url: link.url, source: "setting" });
  t.after(() => transport.dispose());
  await transport.apiVersion();
  const call = { method: "GET", path: "/containers/json" } as const;
  const cut = transport.json(call);
  cut.catch(() => undefined);
  await link.busy();
  link.cut();
  await assert.rejects(cut, failsWith("unreachable"));

  const controller = new AbortController();
  const cancelled = transport.json({ ...call, signal: controller.signal });
  cancelled.catch(() => undefined);
  await link.busy();
  const before = performance.now();
  controller.abort();
  await assert.rejects(cancelled, failsWith("cancelled"));
  assert.ok(performance.now() - before < 900, "a cancelled call waits for nobody");
});

test("Podman's service is an engine too: it is listed, made things in, and followed live", async (t) => {
  const podman = await testService("podman");
  t.after(() => podman.stop());
  await using({ url: String(podman.address["host"]), source: "setting" }, async (engine) => {
    const { hasBuildKit } = await engine.traits();
    assert.equal(hasBuildKit, false);
    const { model } = engine;
    const unwatch = model.watch();
    await modelShows(model, ({ images }) =>
      images.some(({ references }) => references.some((each) => each.endsWith("busybox:local"))),
    );
    const volume = await engine.createVolume({ name: "from-slipway" });
    await modelShows(model, ({ volumes }) => volumes.some(({ name }) => name === volume));
    const id = await engine.runContainer({
      image: "busybox:local",
      name: "from-slipway",
      command: ["sleep", "1000"],
    });
    await modelShows(model, ({ containers }) =>
      containers.some((each) => each.id === id && each.state === "running"),
    );
    await engine.killContainer(id);
    await modelShows(model, ({ containers }) =>
      containers.some((each) => each.id === id && each.state === "exited"),
    );
    await engine.removeContainer(id);
    await modelShows(model, ({ containers }) => containers.every((each) => each.id !== id));
    await engine.removeVolume(volume);
    await modelShows(model, ({ volumes }) => volumes.length === 0);
    unwatch();
  });
});

interface Ssh {
  readonly endpoint: Endpoint;
  /** Writes the host's key, or another one, where ssh looks for it. */
  trustHost(key?: string): Promise<void>;
  /** How often ssh was started. */
  connections(): Promise<number>;
}

/** An ssh server before the private engine; the system's own ssh reads a configuration of this test's. */
async function startSsh(t: { after(end: () => Promise<void>): void }): Promise<Ssh> {
  const service = await testService("ssh", control.host);
  const { host, port, user, key, hostKey, ssh } = service.address;
  const place = await mkdtemp(join(folder, "ssh-"));
  const knownHosts = join(place, "known_hosts");
  const settings = `IdentityFile ${key}\nIdentitiesOnly yes\nUserKnownHostsFile ${knownHosts}\nGlobalKnownHostsFile none\n`;
  await writeFile(join(place, "config"), settings);
  const script = `#!/bin/sh\necho call >> "${place}/calls"\nexec "${ssh}" -F "${place}/config" "$@"\n`;
  await writeFile(join(place, "ssh"), script);
  await chmod(join(place, "ssh"), 0o755);
  const formerPath = process.env["PATH"] ?? "";
  process.env["PATH"] = `${place}${delimiter}${formerPath}`;
  t.after(async () => {
    process.env["PATH"] = formerPath;
    await service.stop();
  });
  return {
    endpoint: { url: `ssh://${user}@${host}:${port}`, source: "setting" },
    trustHost: (known = String(hostKey)) => writeFile(knownHosts, `[${host}]:${port} ${known}\n`),
    connections: async () =>
      (await readFile(join(place, "calls"), "utf8")).trim().split("\n").length,
  };
}

/** A way to the private engine on which everything takes its time. */
async function slowLink(delayMs: number): Promise<{
  readonly url: string;
  /** Resolves when a request is on its way. */
  busy(): Promise<void>;
  cut(): void;
  close(): void;
}> {
  const sockets = new Set<Socket>();
  const waiting: (() => void)[] = [];
  const server = createServer((near) => {
    const far = connect({ path: control.host.replace("unix://", "") });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => {
        if (from === near) {
          waiting.splice(0).forEach((resolve) => resolve());
        }
        setTimeout(() => void (to.writable && to.write(chunk)), delayMs);
      });
      from.on("error", () => undefined);
      from.once("close", () => {
        sockets.delete(from);
        setTimeout(() => to.destroy(), delayMs);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    busy: () => new Promise((resolve) => void waiting.push(resolve)),
    cut,
    close() {
      server.close();
      cut();
    },
  };
}

async function writeContext(
  name: string,
  host: string,
  tls: Readonly<Record<"ca" | "cert" | "key", string>>,
): Promise<void> {
  const id = createHash("sha256").update(name).digest("hex");
  const meta = join(folder, "contexts", "meta", id);
  const material = join(folder, "contexts", "tls", id, "docker");
  await Promise.all([meta, material].map((each) => mkdir(each, { recursive: true })));
  const context = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host } } };
  await writeFile(join(meta, "meta.json"), JSON.stringify(context));
  await Promise.all(
    Object.entries(tls).map(([file, text]) => writeFile(join(material, `${file}.pem`), text)),
  );
}

async function using(endpoint: Endpoint, work: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = createDockerEngine(endpoint);
  try {
    await work(engine);
  } finally {
    engine.dispose();
  }
}

const answers = (endpoint: Endpoint): Promise<void> =>
  using(endpoint, async (engine) => {
    assert.notEqual((await engine.version()).version, "");
  });

const refuses = (endpoint: Endpoint, reason: EngineErrorReason): Promise<void> =>
  using(endpoint, (engine) => assert.rejects(engine.version(), failsWith(reason)));

const failsBySsh = (endpoint: Endpoint, trouble: SshTrouble): Promise<void> =>
  using(endpoint, (engine) =>
    assert.rejects(engine.version(), (error) => {
      assert.ok(error instanceof SshFailure, String(error));
      assert.equal(error.trouble, trouble, error.message);
      return true;
    }),
  );

function failsWith(reason: EngineErrorReason): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.reason, reason, error.message);
    return true;
  };
}
