import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { text as readText } from "node:stream/consumers";
import { after, test } from "node:test";
import { base, build, cleanUp, makeContext, transport } from "./buildFixture.ts";

after(cleanUp);

test("steps have the network that was chosen", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      RUN echo ${randomUUID()}; echo "interfaces: $(ls /sys/class/net | tr '\\n' ' ')"
    `,
  });
  const without = await build(context, { network: "none" });
  assert.match(without.text, /^interfaces: lo $/m);
});

test("steps know hosts by the names that were given, an address of IPv6 included", async (t) => {
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      RUN echo ${randomUUID()}; grep -e orchard-db -e orchard-six /etc/hosts
    `,
  });
  const { text } = await build(context, {
    extraHosts: { "orchard-db": "10.1.2.3", "orchard-six": "fd00::5" },
  });
  assert.match(text, /^10\.1\.2\.3\s+orchard-db$/m);
  assert.match(text, /^fd00::5\s+orchard-six$/m);
});

test("a cache that is not to be had is looked for, and is no reason to fail", async (t) => {
  const context = await makeContext(t, { Dockerfile: `FROM ${base}\n` });
  const reference = "localhost:1/orchard/cache:latest";
  const { result } = await build(context, { cacheFrom: [reference] });
  assert.ok(
    result.steps.some(({ name }) => name === `importing cache manifest from ${reference}`),
    result.steps.map(({ name }) => name).join("\n"),
  );
});

test("an inline cache leaves the Dockerfile's own arguments as they are", async (t) => {
  const id = randomUUID();
  const context = await makeContext(t, {
    Dockerfile: `
      FROM ${base}
      ARG NAME
      RUN echo "name $NAME ${id}"
    `,
  });
  const request = { inlineCache: true, buildArguments: { NAME: "orchard" } };
  const { result, text } = await build(context, request);
  assert.match(text, /name orchard/);
  // The image's configuration names what its layers were made from.
  const { body } = await transport.request({
    method: "GET",
    path: `/images/${result.imageId}/get`,
  });
  assert.match(await readText(body), /moby\.buildkit\.cache\.v0/);
});
