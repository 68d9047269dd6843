import assert from "node:assert/strict";
import { test } from "node:test";
import { contextFlags, contextTooltip, presentContext } from "./context.ts";
import { inEnglish } from "./localize.ts";

const far = { name: "far", description: "Far *away*", url: "ssh://me@far", skipVerify: false };
const own = { name: "default", description: "", url: "", skipVerify: false };
const plain = { isCurrent: false, isProtected: false, localize: inEnglish };

test("a context reads by its name, and says whether it is the current one and protected", () => {
  assert.deepEqual(presentContext(far, { ...plain, isCurrent: true, isProtected: true }), {
    label: "far",
    description: "current · protected · ssh://me@far",
    icon: { id: "pass-filled", color: "charts.green" },
    contextValue: "context;current;custom",
    accessibilityLabel: "Context far, current, protected, ssh://me@far",
  });
  assert.equal(presentContext(own, plain).description, "this machine's own engine");
  assert.equal(presentContext(own, plain).contextValue, "context;other;builtIn");
});

test("a protected context is told by its icon", () => {
  assert.equal(presentContext(far, { ...plain, isProtected: true }).icon.id, "lock");
});

test("flags are those that are written down", () => {
  for (const use of [plain, { ...plain, isCurrent: true }]) {
    for (const context of [far, own]) {
      for (const flag of presentContext(context, use).contextValue.split(";")) {
        assert.ok((contextFlags as readonly string[]).includes(flag), flag);
      }
    }
  }
});

test("the tooltip shows the description as it is written, and no password", () => {
  const secret = { ...far, url: "tcp://me:secret@far:2376" };
  const text = contextTooltip(secret, { ...plain, isProtected: true });
  assert.match(text, /Far \\\*away\\\*/);
  assert.doesNotMatch(text, /secret/);
  assert.match(text, /asks for the context's name/);
});
