import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inEnglish } from "./localize.ts";
import { networkTooltip, presentNetwork, sortNetworks } from "./network.ts";
import { sampleContainer, sampleNetwork } from "./sampleObjects.ts";

test("networks stand by name, the engine's own ones last", () => {
  const sorted = sortNetworks([
    sampleNetwork({ name: "bridge", builtIn: true }),
    sampleNetwork({ name: "shop-10" }),
    sampleNetwork({ name: "shop-9" }),
  ]);
  assert.deepEqual(
    sorted.map(({ name }) => name),
    ["shop-9", "shop-10", "bridge"],
  );
});

suite("presentNetwork", () => {
  test("the number of members, driver and scope are in the description", () => {
    const row = presentNetwork(sampleNetwork(), {
      members: [sampleContainer(), sampleContainer()],
      localize: inEnglish,
    });
    assert.equal(row.label, "shop_default");
    assert.equal(row.description, "2 containers · bridge · local");
    assert.equal(row.contextValue, "network;custom;inUse");
    assert.equal(
      row.accessibilityLabel,
      "Network shop_default, driver bridge, scope local, 2 containers",
    );
  });

  test("a built-in network is marked in words, by its icon and for menus", () => {
    const row = presentNetwork(sampleNetwork({ name: "bridge", builtIn: true }), {
      members: [],
      localize: inEnglish,
    });
    assert.equal(row.description, "built-in · no containers · bridge · local");
    assert.equal(row.contextValue, "network;builtIn");
    assert.deepEqual(row.icon, { id: "lock", color: "disabledForeground" });
  });

  test("an internal network says so", () => {
    const row = presentNetwork(sampleNetwork({ internal: true }), {
      members: [sampleContainer()],
      localize: inEnglish,
    });
    assert.equal(row.description, "internal · 1 container · bridge · local");
  });
});

test("the tooltip of a network has its subnets and its members", () => {
  const tooltip = networkTooltip(
    sampleNetwork({ builtIn: true }),
    [sampleContainer({ name: "web" })],
    inEnglish,
  );
  assert.match(tooltip, /it cannot be removed/);
  assert.match(tooltip, /Subnets: `172\.18\.0\.0\/16`/);
  assert.match(tooltip, /Containers: `web`/);
});
