import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  contextInUse,
  contextNameProblem,
  createContext,
  inspectContext,
  readContexts,
  removeContext,
  useContext,
} from "./contextStore.ts";
import { EngineError } from "./engineError.ts";
import type { EngineErrorReason } from "./engineError.ts";
import { findEndpoint } from "./findEndpoint.ts";
import { realMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { watchContexts } from "./watchContexts.ts";

async function withFolder(
  work: (machine: Machine, folder: string) => Promise<void>,
  environment: Record<string, string> = {},
): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), "slipway-contexts-"));
  const folder = join(parent, ".docker");
  try {
    await work({ ...realMachine, environment: { ...environment, DOCKER_CONFIG: folder } }, folder);
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

test("a context is made, used and removed as the docker command does it", () =>
  withFolder(async (machine, folder) => {
    await createContext({ name: "far", url: "ssh://me@far", description: "Far away" }, machine);
    const [first, second] = await readContexts(machine);
    assert.equal(first?.name, "default");
    assert.deepEqual(second, {
      name: "far",
      description: "Far away",
      url: "ssh://me@far",
      skipVerify: false,
    });
    await useContext("far", machine);
    assert.equal(await contextInUse("", machine), "far");
    assert.equal((await findEndpoint({ machine })).url, "ssh://me@far");
    await assert.rejects(removeContext("far", machine), failsWith("conflict"));
    await useContext("default", machine);
    assert.deepEqual(JSON.parse(await readFile(join(folder, "config.json"), "utf8")), {});
    await removeContext("far", machine);
    assert.equal((await readContexts(machine)).length, 1);
  }));

test("certificates are copied for their owner only, and inspecting shows no key", () =>
  withFolder(async (machine, folder) => {
    const certificates = join(folder, "..", "certificates");
    await mkdir(certificates);
    await writeFile(join(certificates, "ca.pem"), "CA");
    await writeFile(join(certificates, "key.pem"), "SECRET");
    await createContext({ name: "safe", url: "tcp://safe:2376", certificates }, machine);
    const { tls } = await findEndpoint({ setting: "safe", machine });
    assert.deepEqual(tls, { ca: "CA", key: "SECRET", verify: true });
    const shown = await inspectContext("safe", machine);
    assert.doesNotMatch(JSON.stringify(shown), /SECRET/);
    const { Storage: storage } = shown;
    const { TLSPath: path } = storage as { TLSPath: string };
    if (process.platform !== "win32") {
      assert.equal((await stat(join(path, "docker", "key.pem"))).mode & 0o777, 0o600);
    }
    await removeContext("safe", machine);
    await assert.rejects(stat(path));
  }));

test("the docker command's configuration keeps all that we know nothing of, and stays a link", () =>
  withFolder(async (machine, folder) => {
    await createContext({ name: "far", url: "ssh://me@far" }, machine);
    const elsewhere = join(folder, "..", "config.json");
    const config = { auths: { "registry.example": { auth: "c2VjcmV0" } }, plugins: { x: [1] } };
    await writeFile(elsewhere, JSON.stringify(config));
    await symlink(elsewhere, join(folder, "config.json"));
    await useContext("far", machine);
    assert.deepEqual(JSON.parse(await readFile(elsewhere, "utf8")), {
      ...config,
      currentContext: "far",
    });
  }));

test("a configuration that cannot be read is left as it is", () =>
  withFolder(async (machine, folder) => {
    await mkdir(folder);
    await writeFile(join(folder, "config.json"), "{ broken");
    await assert.rejects(useContext("default", machine), failsWith("engine-failed"));
    assert.equal(await readFile(join(folder, "config.json"), "utf8"), "{ broken");
  }));

test("names and addresses that the docker command would refuse are refused", () =>
  withFolder(async (machine) => {
    assert.equal(contextNameProblem("default"), "taken");
    assert.equal(contextNameProblem("a/b"), "characters");
    assert.equal(contextNameProblem("prod-1.eu"), undefined);
    await createContext({ name: "far", url: "ssh://me@far" }, machine);
    const again = createContext({ name: "far", url: "ssh://you@far" }, machine);
    await assert.rejects(again, failsWith("conflict"));
    const bad = createContext({ name: "bad", url: "ftp://x" }, machine);
    await assert.rejects(bad, failsWith("bad-endpoint"));
    await assert.rejects(useContext("nobody", machine), failsWith("not-found"));
  }));

test("which context counts follows the setting, the environment and the configuration, in this order", () =>
  withFolder(
    async (machine) => {
      assert.equal(await contextInUse("mine", machine), "mine");
      assert.equal(await contextInUse("tcp://x:2375", machine), undefined);
      assert.equal(await contextInUse("", machine), "theirs");
    },
    { DOCKER_CONTEXT: "theirs" },
  ));

test("contexts that come, change and go are told of, also where there was no docker folder before", () =>
  withFolder(async (machine) => {
    const changes = { waiting: undefined as (() => void) | undefined, count: 0 };
    const stop = watchContexts(() => {
      changes.count++;
      changes.waiting?.();
    }, machine);
    const until = async (condition: () => Promise<boolean>): Promise<void> => {
      while (!(await condition())) {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error("nobody told of it")), 10_000);
          changes.waiting = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    };
    try {
      const seen = { names: [] as readonly string[], current: "" as string | undefined };
      const look = async (): Promise<void> => {
        seen.names = (await readContexts(machine)).map(({ name }) => name);
        seen.current = await contextInUse("", machine);
      };
      const shows = async (names: readonly string[], current: string): Promise<void> =>
        until(async () => {
          await look();
          return (
            changes.count > 0 && seen.names.join() === names.join() && seen.current === current
          );
        });
      await createContext({ name: "far", url: "ssh://me@far" }, machine);
      await shows(["default", "far"], "default");
      changes.count = 0;
      await useContext("far", machine);
      await shows(["default", "far"], "far");
      changes.count = 0;
      await createContext({ name: "near", url: "tcp://near:2375" }, machine);
      await shows(["default", "far", "near"], "far");
      changes.count = 0;
      await removeContext("near", machine);
      await shows(["default", "far"], "far");
    } finally {
      stop();
    }
  }));

function failsWith(reason: EngineErrorReason): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.reason, reason, error.message);
    return true;
  };
}
