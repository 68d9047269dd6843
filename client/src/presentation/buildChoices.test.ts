import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesText, noChoices } from "./buildChoices.ts";
import { inEnglish } from "./localize.ts";

test("the plainest build has nothing to say", () => {
  assert.equal(choicesText({}, inEnglish), "");
  assert.equal(choicesText({ choices: noChoices }, inEnglish), "");
});

test("everything that was chosen is in one line, secrets by where they are", () => {
  const text = choicesText(
    {
      target: "build",
      choices: {
        buildArguments: { NODE: "20", NAME: "two words", EMPTY: "" },
        secrets: { npm: { file: "/home/ann/.npmrc" }, key: { variable: "API_KEY" } },
        sshAgent: true,
        noCache: true,
        pull: true,
        platform: "linux/arm64",
        moreTags: ["shop:1.2"],
        labels: { "com.example.a": "b" },
      },
    },
    inEnglish,
  );
  assert.equal(
    text,
    'target build · arguments NODE=20 NAME="two words" EMPTY="" · secrets npm from /home/ann/.npmrc, key from the variable API_KEY' +
      " · SSH agent · no cache · always pull · linux/arm64 · also named shop:1.2 · labels com.example.a=b",
  );
});
