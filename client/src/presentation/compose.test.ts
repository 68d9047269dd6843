import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { nameInProject } from "./compose.ts";
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

suite("nameInProject", () => {
  test("a service with one container is called by the service, several are numbered", () => {
    const project = {
      containers: [member("db", 1), member("web", 1), member("web", 2)],
    };
    assert.deepEqual(
      project.containers.map((container) => nameInProject(container, project)),
      ["db", "web 1", "web 2"],
    );
  });

  test("a container without a service keeps its name", () => {
    const container = sampleContainer({ composeProject: "shop" });
    assert.equal(nameInProject(container, { containers: [container] }), "web");
  });
});
