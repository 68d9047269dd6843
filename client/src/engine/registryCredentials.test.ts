import assert from "node:assert/strict";
import { test } from "node:test";
import { type Imagined, imaginaryMachine } from "./imaginaryMachine.ts";
import { registryAuthHeader, registryCredentials } from "./registryCredentials.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const ask = (host: string, config: object, answers: Imagined["answers"] = {}) =>
  registryCredentials(
    host,
    imaginaryMachine({
      files: { "/home/me/.docker/config.json": JSON.stringify(config) },
      answers,
    }),
  );

test("credentials in config.json are found by host and by the urls of old", async () => {
  const auths = {
    "https://registry.example/v1/": { auth: base64("me:pass:word") },
    "other:5000": { auth: base64("a:b") },
  };
  assert.deepEqual(await ask("registry.example", { auths }), {
    username: "me",
    password: "pass:word",
  });
  assert.deepEqual(await ask("other:5000", { auths }), { username: "a", password: "b" });
  assert.equal(await ask("third.example", { auths }), undefined);
});

test("Docker Hub is kept under its old name", async () => {
  const auths = { "https://index.docker.io/v1/": { auth: base64("me:x") } };
  assert.deepEqual(await ask("docker.io", { auths }), { username: "me", password: "x" });
});

test("the host's own helper comes before the common store", async () => {
  const config = { credsStore: "desktop", credHelpers: { "gcr.io": "gcloud" } };
  const answers = {
    "docker-credential-gcloud": (args: readonly string[], input: string) =>
      JSON.stringify({ Username: args.join(), Secret: input }),
    "docker-credential-desktop": () => JSON.stringify({ Username: "<token>", Secret: "T" }),
  };
  assert.deepEqual(await ask("gcr.io", config, answers), { username: "get", password: "gcr.io" });
  assert.deepEqual(await ask("docker.io", config, answers), {
    username: "",
    password: "",
    identityToken: "T",
  });
});

test("a helper that is not there, or has no proper name, leaves one anonymous", async () => {
  assert.equal(await ask("a.example", { credsStore: "missing" }), undefined);
  assert.equal(await ask("a.example", { credsStore: "../../bin/sh" }), undefined);
});

test("the header is padded base64 for urls, and there for the anonymous too", () => {
  assert.equal(registryAuthHeader("a.example", undefined), "e30=");
  const header = registryAuthHeader("docker.io", { username: "ü?>", password: "~~~" });
  assert.doesNotMatch(header, /[+/]/);
  assert.deepEqual(JSON.parse(Buffer.from(header, "base64url").toString()), {
    username: "ü?>",
    password: "~~~",
    serveraddress: "https://index.docker.io/v1/",
  });
});
