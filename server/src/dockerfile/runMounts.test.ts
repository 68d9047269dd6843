import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "./parse.ts";
import { mountOption } from "./runMounts.ts";
import type { RunMount } from "./syntax.ts";

function mounts(flags: string): readonly RunMount[] {
  const [run] = parse(`RUN ${flags} x\n`).instructions;
  assert.ok(run?.keyword === "RUN");
  return run.mounts;
}

function errors(flags: string): string[] {
  return parse(`FROM a\nRUN ${flags} x\n`).errors.map(({ message }) => message);
}

test("a mount is a bind mount unless it says otherwise", () => {
  assert.deepEqual(
    mounts("--mount=target=/x --mount=type=CACHE,target=/y").map(({ type }) => type),
    ["bind", "cache"],
  );
});

test("keys are read in any case and under each of their names", () => {
  for (const key of ["target", "dst", "Destination"]) {
    const [mount] = mounts(`--mount=${key}=/x`);
    assert.ok(mount !== undefined);
    const found = mountOption(mount, "target", "dst", "destination");
    assert.equal(found?.value?.value.text, "/x", key);
  }
});

test("a field in CSV quotes may hold a comma", () => {
  const [mount] = mounts(`--mount=type=bind,\\"source=a,b\\",target=/x`);
  assert.deepEqual(
    mount?.options.map(({ field }) => field.text),
    ["type=bind", "source=a,b", "target=/x"],
  );
});

test("what BuildKit takes is no error", () => {
  for (const mount of [
    "type=cache,target=/x,id=a,sharing=LOCKED,mode=0777,uid=1,gid=1,ro",
    "type=cache,target=/x,from=busybox",
    "type=secret,id=a,required=true,mode=0400,env=TOKEN",
    "type=secret,source=a,target=/x",
    "type=ssh,required,id=default",
    "type=tmpfs,target=/x,size=10m",
    "type=bind,target=/x,rw=false,readonly=true",
    "type=bind,from=,target=/x",
    "sharing=locked,type=cache,target=/x",
  ]) {
    assert.deepEqual(errors(`--mount=${mount}`), [], mount);
  }
});

test("network and security modes are known in their exact case", () => {
  assert.deepEqual(errors("--network=none --security=insecure"), []);
  assert.deepEqual(errors("--network=None"), ['invalid network mode "None"']);
});
