import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { readContexts } from "./contextStore.ts";
import { EngineError } from "./engineError.ts";
import { findEndpoint, wellKnownSockets } from "./findEndpoint.ts";
import { imaginaryMachine } from "./imaginaryMachine.ts";

const idOf = (name: string): string => createHash("sha256").update(name).digest("hex");

function contextFiles(
  name: string,
  host: string,
  folder = "/home/me/.docker",
): Record<string, string> {
  const meta = { Name: name, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } };
  return { [`${folder}/contexts/meta/${idOf(name)}/meta.json`]: JSON.stringify(meta) };
}

test("the setting comes before everything else", async () => {
  const machine = imaginaryMachine({ environment: { DOCKER_HOST: "tcp://other:2375" } });
  assert.deepEqual(await findEndpoint({ setting: " unix:///mine.sock ", machine }), {
    url: "unix:///mine.sock",
    source: "setting",
  });
});

test("a setting that is no address is the name of a context", async () => {
  const machine = imaginaryMachine({ files: contextFiles("far", "ssh://me@far") });
  assert.deepEqual(await findEndpoint({ setting: "far", machine }), {
    url: "ssh://me@far",
    source: "setting",
    context: "far",
  });
});

test("DOCKER_HOST comes before DOCKER_CONTEXT, and that before the current context", async () => {
  const files = {
    ...contextFiles("one", "unix:///one.sock"),
    ...contextFiles("two", "unix:///two.sock"),
    "/home/me/.docker/config.json": '{"currentContext":"two"}',
  };
  const find = async (environment: Record<string, string>) => {
    const { url, source } = await findEndpoint({
      machine: imaginaryMachine({ files, environment }),
    });
    return [url, source];
  };
  assert.deepEqual(await find({ DOCKER_HOST: "host:2375", DOCKER_CONTEXT: "one" }), [
    "tcp://host:2375",
    "DOCKER_HOST",
  ]);
  assert.deepEqual(await find({ DOCKER_CONTEXT: "one" }), ["unix:///one.sock", "DOCKER_CONTEXT"]);
  assert.deepEqual(await find({}), ["unix:///two.sock", "currentContext"]);
});

test("DOCKER_CONFIG moves the folder of config.json and contexts", async () => {
  const files = {
    ...contextFiles("one", "unix:///one.sock", "/conf"),
    "/conf/config.json": '{"currentContext":"one"}',
  };
  const machine = imaginaryMachine({ files, environment: { DOCKER_CONFIG: "/conf" } });
  assert.equal((await findEndpoint({ machine })).url, "unix:///one.sock");
  assert.deepEqual(
    (await readContexts(machine)).map(({ name }) => name),
    ["default", "one"],
  );
});

test("DOCKER_TLS_VERIFY takes the certificates of DOCKER_CERT_PATH, whatever its value", async () => {
  const files = { "/certs/ca.pem": "CA", "/certs/cert.pem": "CERT", "/certs/key.pem": "KEY" };
  const environment = {
    DOCKER_HOST: "tcp://host:2376",
    DOCKER_TLS_VERIFY: "true",
    DOCKER_CERT_PATH: "/certs",
  };
  assert.deepEqual(
    (await findEndpoint({ machine: imaginaryMachine({ files, environment }) })).tls,
    {
      ca: "CA",
      certificate: "CERT",
      key: "KEY",
      verify: true,
    },
  );
});

test("a context brings its own certificates", async () => {
  const folder = `/home/me/.docker/contexts/tls/${idOf("safe")}/docker`;
  const files = { ...contextFiles("safe", "tcp://safe:2376"), [`${folder}/ca.pem`]: "CA" };
  const endpoint = await findEndpoint({ setting: "safe", machine: imaginaryMachine({ files }) });
  assert.deepEqual(endpoint.tls, { ca: "CA", verify: true });
});

test("without a choice the first well-known socket that somebody listens on is taken", async () => {
  const sockets = {
    "/var/run/docker.sock": "silent",
    "/run/user/1000/docker.sock": "no-permission",
    "/run/user/1000/podman/podman.sock": "listening",
  } as const;
  const machine = imaginaryMachine({ sockets, environment: { XDG_RUNTIME_DIR: "/run/user/1000" } });
  assert.deepEqual(await findEndpoint({ machine }), {
    url: "unix:///run/user/1000/podman/podman.sock",
    source: "wellKnownSocket",
  });
});

test("a socket that may not be opened says more than one that nobody serves", async () => {
  const sockets = {
    "/var/run/docker.sock": "silent",
    "/home/me/.rd/docker.sock": "no-permission",
  } as const;
  assert.equal(
    (await findEndpoint({ machine: imaginaryMachine({ sockets }) })).url,
    "unix:///home/me/.rd/docker.sock",
  );
});

test("where nothing is found the platform's default is returned", async () => {
  assert.equal(
    (await findEndpoint({ machine: imaginaryMachine({}) })).url,
    "unix:///var/run/docker.sock",
  );
  const windows = imaginaryMachine({ platform: "win32" });
  assert.equal((await findEndpoint({ machine: windows })).url, "npipe:////./pipe/docker_engine");
});

test("Docker Desktop, Colima, Rancher Desktop and Podman are known on a Mac", () => {
  const paths = wellKnownSockets(imaginaryMachine({ platform: "darwin", home: "/Users/me" })).join(
    "\n",
  );
  for (const part of ["/Users/me/.docker/run/", ".colima", ".rd/", "podman"]) {
    assert.ok(paths.includes(part), part);
  }
});

test("an address that makes no sense and a context that is not there are told of", async () => {
  const machine = imaginaryMachine({});
  for (const setting of [
    "ftp://x",
    "unix://relative",
    "tcp://",
    "ssh://-oProxyCommand=x",
    "no-such-context",
  ]) {
    await assert.rejects(findEndpoint({ setting, machine }), (error) => {
      assert.ok(error instanceof EngineError, setting);
      assert.equal(error.reason, "bad-endpoint");
      return true;
    });
  }
});
