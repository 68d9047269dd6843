import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { layerInstruction, layerTooltip, presentLayer } from "./layer.ts";
import { inEnglish } from "./localize.ts";

suite("layerInstruction", () => {
  const noted: readonly [string, string][] = [
    ["RUN /bin/sh -c npm ci # buildkit", "RUN npm ci"],
    ["RUN |2 A=1 B=x y /bin/sh -c echo $A # buildkit", "RUN echo $A"],
    ["COPY . . # buildkit", "COPY . ."],
    ['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
    ["/bin/sh -c apk add curl", "RUN apk add curl"],
    ["|1 VERSION=3 /bin/sh -c make", "RUN make"],
    ["RUN /bin/bash -c set -e # buildkit", "RUN set -e"],
    ["ENV PATH=/usr/bin", "ENV PATH=/usr/bin"],
    ["", ""],
  ];
  for (const [createdBy, instruction] of noted) {
    test(`${createdBy || "nothing"} reads as ${instruction || "nothing"}`, () => {
      assert.equal(layerInstruction(createdBy), instruction);
    });
  }
});

suite("presentLayer", () => {
  const layer = {
    id: "x",
    createdBy: "COPY . . # buildkit",
    createdAt: 0,
    size: 1_400_000,
    comment: "",
  };

  test("shows the instruction and what it adds", () => {
    const row = presentLayer(layer, inEnglish);
    assert.deepEqual([row.label, row.description], ["COPY . .", "1.4 MB"]);
    assert.equal(row.accessibilityLabel, "Layer COPY . ., 1.4 MB");
  });

  test("an instruction that adds nothing is quieter", () => {
    const row = presentLayer({ ...layer, size: 0 }, inEnglish);
    assert.equal(row.description, "");
    assert.notEqual(row.icon.id, presentLayer(layer, inEnglish).icon.id);
  });

  test("an imported image without instructions shows its comment", () => {
    assert.equal(
      presentLayer({ ...layer, createdBy: "", comment: "Imported from -" }, inEnglish).label,
      "Imported from -",
    );
  });

  test("fences in an instruction do not end the tooltip's code", () => {
    assert.match(
      layerTooltip({ ...layer, createdBy: "RUN echo ```" }, inEnglish),
      /^~~~~~dockerfile/,
    );
  });
});
