import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Container } from "../engine/engine.ts";
import { presentGroup } from "./containerGroup.ts";
import { arrangeContainers, type ContainerArrangement } from "./containerGroups.ts";
import { inEnglish } from "./localize.ts";
import { sampleContainer } from "./sampleObjects.ts";

const context = { now: Date.UTC(2026, 0, 2), localize: inEnglish };
const usual: ContainerArrangement = {
  groupBy: "project",
  label: "",
  sortBy: "name",
  description: [],
  filter: "",
  onlyRunning: false,
};

function member(service: string, number: number, state: "running" | "exited" = "running") {
  return sampleContainer({
    id: `${service}${number}`,
    name: `shop-${service}-${number}`,
    state,
    composeProject: "shop",
    composeService: service,
    labels: { "com.docker.compose.container-number": String(number) },
  });
}

/** `group: ids` for each group, and the ids of those in none. */
function arranged(
  containers: readonly Container[],
  arrangement: Partial<ContainerArrangement> = {},
): string[] {
  const { groups, others } = arrangeContainers(containers, { ...usual, ...arrangement }, context);
  return [
    ...groups.map(({ name, containers: all }) => `${name}: ${all.map(({ id }) => id).join(" ")}`),
    ...others.map(({ id }) => id),
  ];
}

suite("arrangeContainers", () => {
  const mixed = [
    sampleContainer({ id: "b", name: "web-10", image: "ghcr.io/a/web:1", createdAt: 2 }),
    member("web", 10),
    sampleContainer({ id: "a", name: "web-2", image: "nginx:1", state: "exited", createdAt: 3 }),
    member("web", 2),
    member("db", 1),
  ];

  test("containers stand below their project by service and number, the others by name", () => {
    assert.deepEqual(arranged(mixed), ["shop: db1 web2 web10", "a", "b"]);
  });

  test("nothing moves when a state changes", () => {
    const [running, exited] = (["running", "exited"] as const).map((state) =>
      arranged([member("web", 1, state), member("db", 1)]),
    );
    assert.deepEqual(running, exited);
  });

  test("they can be grouped by whatever is known of them, or not at all", () => {
    assert.deepEqual(arranged(mixed, { groupBy: "none" }), ["db1", "web2", "web10", "a", "b"]);
    assert.deepEqual(arranged(mixed.slice(0, 3), { groupBy: "registry" }), [
      "docker.io: web10 a",
      "ghcr.io: b",
    ]);
    assert.deepEqual(arranged(mixed.slice(0, 3), { groupBy: "state" }), [
      "running: web10 b",
      "exited: a",
    ]);
    const label = "com.docker.compose.container-number";
    assert.deepEqual(arranged(mixed, { groupBy: "label", label }), [
      "1: db1",
      "2: web2",
      "10: web10",
      "a",
      "b",
    ]);
  });

  test("they can be sorted by age and by state", () => {
    const three = [
      mixed[0],
      mixed[2],
      sampleContainer({ id: "c", name: "c", createdAt: 1 }),
    ].flatMap((each) => each ?? []);
    assert.deepEqual(arranged(three, { sortBy: "created" }), ["a", "b", "c"]);
    assert.deepEqual(arranged(three, { sortBy: "state" }), ["c", "b", "a"]);
  });

  test("every word of a filter has to be found somewhere, in any case", () => {
    assert.deepEqual(arranged(mixed, { filter: "WEB shop" }), ["shop: web2 web10"]);
    assert.deepEqual(arranged(mixed, { filter: "exited" }), ["a"]);
    assert.deepEqual(arranged(mixed, { filter: "nothing" }), []);
  });

  test("what does not run can be left out", () => {
    assert.deepEqual(arranged([...mixed, member("job", 1, "exited")], { onlyRunning: true }), [
      "shop: db1 web2 web10",
      "b",
    ]);
  });
});

suite("presentGroup", () => {
  test("says how many of its containers run, and offers what can be done", () => {
    const row = presentGroup(
      { by: "project", name: "shop", containers: [member("web", 1), member("db", 1, "exited")] },
      inEnglish,
    );
    assert.equal(row.description, "1 of 2 running");
    assert.equal(row.contextValue, "project;running;stopped");
    assert.equal(row.accessibilityLabel, "Compose project shop, 1 of 2 running");
  });

  test("a project that is down has nothing to stop", () => {
    const row = presentGroup(
      { by: "project", name: "shop", containers: [member("db", 1, "exited")] },
      inEnglish,
    );
    assert.equal(row.contextValue, "project;stopped");
  });

  test("another group is no project", () => {
    const row = presentGroup(
      { by: "image", name: "nginx", containers: [member("a", 1)] },
      inEnglish,
    );
    assert.equal(row.contextValue, "group;running");
    assert.equal(row.accessibilityLabel, "Group nginx, 1 of 1 running");
    const exited = { by: "state", name: "exited", containers: [member("a", 1, "exited")] } as const;
    assert.equal(presentGroup(exited, inEnglish).description, "1 container");
  });
});
