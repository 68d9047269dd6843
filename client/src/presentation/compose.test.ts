import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { groupByProject, nameInProject, presentProject } from "./compose.ts";
import { inEnglish } from "./localize.ts";
import { sampleContainer } from "./sampleObjects.ts";

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

suite("groupByProject", () => {
  test("containers stand below their project by service and number, the others by name", () => {
    const { projects, others } = groupByProject([
      sampleContainer({ id: "b", name: "web-10" }),
      member("web", 10),
      sampleContainer({ id: "a", name: "web-2" }),
      member("web", 2),
      member("db", 1),
    ]);
    assert.deepEqual(
      projects.map(({ name, containers }) => [name, containers.map(({ id }) => id)]),
      [["shop", ["db1", "web2", "web10"]]],
    );
    assert.deepEqual(
      others.map(({ name }) => name),
      ["web-2", "web-10"],
    );
  });

  test("nothing moves when a state changes", () => {
    const [running, exited] = (["running", "exited"] as const).map((state) =>
      groupByProject([member("web", 1, state), member("db", 1)]).projects[0]?.containers.map(
        ({ id }) => id,
      ),
    );
    assert.deepEqual(running, exited);
  });
});

suite("nameInProject", () => {
  test("a service with one container is called by the service, several are numbered", () => {
    const project = {
      name: "shop",
      containers: [member("db", 1), member("web", 1), member("web", 2)],
    };
    assert.deepEqual(
      project.containers.map((container) => nameInProject(container, project)),
      ["db", "web 1", "web 2"],
    );
  });

  test("a container without a service keeps its name", () => {
    const container = sampleContainer({ composeProject: "shop" });
    assert.equal(nameInProject(container, { name: "shop", containers: [container] }), "web");
  });
});

suite("presentProject", () => {
  test("says how many of its containers run, and offers what can be done", () => {
    const row = presentProject(
      { name: "shop", containers: [member("web", 1), member("db", 1, "exited")] },
      inEnglish,
    );
    assert.equal(row.description, "1 of 2 running");
    assert.equal(row.contextValue, "project;running;stopped");
    assert.equal(row.accessibilityLabel, "Compose project shop, 1 of 2 running");
  });

  test("a project that is down has nothing to stop", () => {
    const row = presentProject(
      { name: "shop", containers: [member("db", 1, "exited")] },
      inEnglish,
    );
    assert.equal(row.contextValue, "project;stopped");
  });
});
