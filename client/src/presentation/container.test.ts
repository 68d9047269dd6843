import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Container, ContainerState } from "../engine/engine.ts";
import { containerFlags, containerTooltip, presentContainer } from "./container.ts";
import { exitCode } from "./containerState.ts";
import { inEnglish } from "./localize.ts";
import { sampleContainer } from "./sampleObjects.ts";

const now = Date.UTC(2026, 0, 1, 3);

function firstWord(values: Partial<Container>) {
  return present(values).description.split(" · ")[0];
}

function present(values: Partial<Container> = {}) {
  const container = sampleContainer(values);
  return presentContainer(container, { label: container.name, now, localize: inEnglish });
}

const published = { ip: "0.0.0.0", publicPort: 8080, privatePort: 80, protocol: "tcp" };
const states: readonly ContainerState[] = [
  "created",
  "running",
  "paused",
  "restarting",
  "removing",
  "exited",
  "dead",
];

suite("presentContainer", () => {
  test("a running container shows ports, image and age, and its state by the icon alone", () => {
    const row = present({ ports: [published] });
    assert.equal(row.description, "8080→80 · shop:latest · 3 h ago");
    assert.deepEqual(row.icon, { id: "circle-filled", color: "testing.iconPassed" });
  });

  test("what an icon cannot tell is said first", () => {
    assert.equal(firstWord({ health: "unhealthy" }), "unhealthy");
    assert.equal(firstWord({ health: "starting" }), "starting");
    assert.equal(firstWord({ state: "paused" }), "paused");
    assert.equal(firstWord({ state: "exited", status: "Exited (3) 2 minutes ago" }), "exited (3)");
    assert.equal(firstWord({ state: "exited", status: "Exited (0) 2 minutes ago" }), "shop:latest");
  });

  test("states that need different actions look different", () => {
    const icons = (["running", "paused", "exited", "dead"] as const).map(
      (state) => present({ state }).icon.id,
    );
    assert.equal(new Set(icons).size, icons.length);
  });

  test("an unhealthy container has another color than a healthy one", () => {
    assert.notDeepEqual(present({ health: "unhealthy" }).icon, present({ health: "healthy" }).icon);
  });

  test("the context value carries kind, state and what there is, and only known flags", () => {
    assert.equal(
      present({ ports: [published], composeProject: "shop" }).contextValue,
      "container;running;compose;ports",
    );
    const known = new Set<string>(containerFlags);
    for (const state of states) {
      for (const flag of present({ state }).contextValue.split(";")) {
        assert.ok(known.has(flag), flag);
      }
    }
  });

  test("a screen reader hears the state", () => {
    assert.equal(
      present({ state: "exited", status: "Exited (137) 1 hour ago" }).accessibilityLabel,
      "Container web, exited (137), image shop:latest",
    );
  });

  test("digests of an image are not shown in full", () => {
    assert.match(present({ image: `node@sha256:${"a".repeat(64)}` }).description, /^node ·/);
    assert.match(present({ image: `sha256:${"b".repeat(64)}` }).description, /^b{12} ·/);
  });
});

suite("containerTooltip", () => {
  test("names are shown as they are, whatever Markdown they look like", () => {
    const tooltip = containerTooltip(
      sampleContainer({ name: "my_web_app", command: "sh -c `x`" }),
      inEnglish,
    );
    assert.match(tooltip, /\*\*my\\_web\\_app\*\*/);
    assert.match(tooltip, /Command: `` sh -c `x` ``/);
  });

  test("ports and project are there where the container has them", () => {
    const tooltip = containerTooltip(
      sampleContainer({ ports: [published], composeProject: "shop", composeService: "web" }),
      inEnglish,
    );
    assert.match(tooltip, /Ports: 8080→80/);
    assert.match(tooltip, /Compose: shop \/ web/);
    assert.doesNotMatch(containerTooltip(sampleContainer(), inEnglish), /Ports|Compose/);
  });
});

test("the exit code is read from the engine's words", () => {
  assert.equal(exitCode(sampleContainer({ status: "Exited (137) 3 minutes ago" })), 137);
  assert.equal(exitCode(sampleContainer({ status: "Up 3 minutes" })), undefined);
});
