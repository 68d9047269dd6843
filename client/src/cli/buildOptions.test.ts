import assert from "node:assert/strict";
import { resolve } from "node:path";
import { suite, test } from "node:test";
import { type BuildOptions, readBuildOptions } from "./buildOptions.ts";

const folder = resolve("/work/app");

function read(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return readBuildOptions(args, { folder, environment });
}

function requestOf(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): BuildOptions["request"] {
  const options = read(args, environment);
  assert.ok("request" in options, JSON.stringify(options));
  return options.request;
}

function mistakeOf(args: readonly string[]): string {
  const options = read(args);
  assert.ok("mistake" in options, JSON.stringify(options));
  return options.mistake;
}

suite("arguments of slipway build", () => {
  test("the Dockerfile is that of the context, or one given from where the user is", () => {
    assert.equal(requestOf([]).contextFolder, folder);
    assert.equal(requestOf([]).dockerfile, resolve(folder, "Dockerfile"));
    assert.equal(requestOf(["api"]).dockerfile, resolve(folder, "api/Dockerfile"));
    const other = requestOf(["api", "-f", "docker/app.Dockerfile"]);
    assert.equal(other.contextFolder, resolve(folder, "api"));
    assert.equal(other.dockerfile, resolve(folder, "docker/app.Dockerfile"));
  });

  test("a build argument without a value has that of the environment, or is not given", () => {
    const args = ["--build-arg", "A=1=2", "--build-arg", "B", "--build-arg", "C", "--label", "l"];
    const { buildArguments, labels } = requestOf(args, { B: "b" });
    assert.deepEqual(buildArguments, { A: "1=2", B: "b" });
    assert.deepEqual(labels, { l: "" });
  });

  test("network, hosts and caches are written as for the docker command", () => {
    const request = requestOf([
      "--network=none",
      "--add-host",
      "db:10.0.0.5",
      "--add-host",
      "six=[fd00::5]",
      "--cache-from",
      "shop:cache",
      "--cache-from",
      "type=registry,ref=localhost:5000/a:b",
      "--cache-to",
      "type=inline",
    ]);
    assert.equal(request.network, "none");
    assert.deepEqual(request.extraHosts, { db: "10.0.0.5", six: "fd00::5" });
    assert.deepEqual(request.cacheFrom, ["shop:cache", "localhost:5000/a:b"]);
    assert.equal(request.inlineCache, true);
    assert.equal(requestOf([]).inlineCache, false);
    assert.match(mistakeOf(["--add-host", "db"]), /NAME:ADDRESS/);
    assert.match(mistakeOf(["--cache-from", "type=local,src=a"]), /looks into images/);
    assert.match(mistakeOf(["--cache-to", "type=registry,ref=a"]), /type=inline only/);
  });

  test("secrets are files or variables, as the docker command takes them", () => {
    const secrets = (...texts: string[]) =>
      requestOf(
        texts.flatMap((text) => ["--secret", text]),
        { KEY: "value" },
      ).secrets;
    assert.deepEqual(secrets("id=a,src=a.txt", "id=b,env=KEY", "type=env,id=c,src=KEY"), {
      a: { file: resolve(folder, "a.txt") },
      b: { variable: "KEY" },
      c: { variable: "KEY" },
    });
    assert.deepEqual(secrets("id=KEY", "id=other", "id=KEY2,type=file"), {
      KEY: { variable: "KEY" },
      other: { file: resolve(folder, "other") },
      KEY2: { file: resolve(folder, "KEY2") },
    });
    assert.deepEqual(secrets("source=x/token"), { token: { file: resolve(folder, "x/token") } });
  });

  test("an SSH agent is that of the environment, or one by its socket", () => {
    assert.deepEqual(
      requestOf(["--ssh", "default", "--ssh", "git=/b"], { SSH_AUTH_SOCK: "/a" }).sshAgents,
      { default: "/a", git: "/b" },
    );
    assert.match(mistakeOf(["--ssh", "default"]), /SSH_AUTH_SOCK is not set/);
  });

  test("what makes no sense is said", () => {
    assert.match(mistakeOf(["a", "b"]), /“b”/);
    assert.match(mistakeOf(["-"]), /folder/);
    assert.match(mistakeOf(["https://example.com/x.git"]), /folder/);
    assert.match(mistakeOf(["-t", "No Good"]), /--tag “No Good”/);
    assert.match(mistakeOf(["--progress", "rainbow"]), /rainbow/);
    assert.match(mistakeOf(["-q", "--progress", "json"]), /--quiet/);
    assert.match(mistakeOf(["--build-arg", "=x"]), /has no name/);
    assert.match(mistakeOf(["--secret", "npm"]), /id=NAME,src=FILE/);
    assert.match(mistakeOf(["--secret", "id=a,type=vault"]), /vault/);
    assert.match(mistakeOf(["--nope"]), /--nope/);
  });
});
