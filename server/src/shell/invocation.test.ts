import assert from "node:assert/strict";
import { test } from "node:test";
import { verbatim } from "../text/mappedText.ts";
import {
  countFlag,
  flagValue,
  hasFlag,
  type Invocation,
  invocationOf,
  operands,
} from "./invocation.ts";
import { installationOf, isNonInteractive, isPinned, managerOf } from "./packageManagers.ts";
import { parseShell } from "./parseShell.ts";

test("options are found alone, bundled, and with their values", () => {
  const apt = read(
    "apt-get -qq install -yf --target-release=x -t testing --no-install-recommends a",
  );
  assert.ok(hasFlag(apt, "y", "yes"));
  assert.ok(hasFlag(apt, "f"));
  assert.ok(hasFlag(apt, "no-install-recommends"));
  assert.ok(!hasFlag(apt, "x"));
  assert.equal(countFlag(apt, "q"), 2);
  assert.equal(flagValue(apt, "target-release"), "x");
  const short = flagValue(apt, "t");
  assert.equal(typeof short === "object" ? short.value : short, "testing");
});

test("operands are what no option takes", () => {
  const values = operands(
    read("apk add -t .build --no-cache a -X url b -- -c"),
    new Set(["t", "X"]),
  );
  assert.deepEqual(
    values.map(({ value }) => value),
    ["add", "a", "b", "-c"],
  );
});

test("installations name what is installed", () => {
  assert.deepEqual(packages("apt-get install -y -t x a b=1"), ["a", "b=1"]);
  assert.deepEqual(packages("python3 -m pip install --index-url u a"), ["a"]);
  assert.deepEqual(packages("pip3.11 install -r r.txt a"), ["a"]);
  assert.equal(packages("apt-get update"), undefined);
  assert.equal(packages("python3 install a"), undefined);
});

test("a version, a file and an address pin a package", () => {
  const cases: readonly (readonly [script: string, pinned: boolean[]])[] = [
    ["apt-get install a a=1 a/stable ./a.deb", [false, true, true, true]],
    ["apk add a a=1 a~1 'a>1' a.apk", [false, true, true, true, true]],
    [
      "pip install a a==1 'a>=1' git+https://x/a.git ./a a.whl",
      [false, true, true, true, true, true],
    ],
    ["npm install a @s/a a@1 @s/a@1 ./a a.tgz", [false, false, true, true, true, true]],
    ["gem install a a:1", [false, true]],
    ["yum install a a-1.2 a-devel a.rpm", [false, true, false, true]],
    [
      "go install example.com/a example.com/a@v1 example.com/a@latest ./a",
      [false, true, false, true],
    ],
  ];
  for (const [script, expected] of cases) {
    const installation = installationOf(read(script));
    assert.ok(installation, script);
    assert.deepEqual(
      installation.packages.map((name) => isPinned(installation.manager, name)),
      expected,
      script,
    );
  }
});

test("a package manager does not ask when it is told so in any of its ways", () => {
  for (const flag of ["-y", "--yes", "--assume-yes", "-qq", "-q -q", "-q=2", "-yqq"]) {
    assert.ok(isQuiet(`apt-get ${flag} install a`), flag);
  }
  assert.ok(!isQuiet("apt-get -q install a"));
  assert.ok(isQuiet("yum install --assumeyes a"));
  assert.ok(isQuiet("zypper -n install a"));
  assert.ok(!isQuiet("dnf install a"));
});

function packages(script: string): string[] | undefined {
  return installationOf(read(script))?.packages.map(({ value }) => value);
}

function isQuiet(script: string): boolean {
  const invocation = read(script);
  const manager = managerOf(invocation);
  assert.ok(manager);
  return isNonInteractive(manager, invocation);
}

function read(script: string): Invocation {
  const [command] = parseShell(verbatim(script, { start: 0, end: script.length })).commands;
  const invocation = command === undefined ? undefined : invocationOf(command);
  assert.ok(invocation, script);
  return invocation;
}
