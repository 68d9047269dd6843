import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { testEngine } from "../../test/engines/testEngine.ts";
import type { BuildEvent, BuildRequest, BuildResult } from "./build.ts";
import { buildImage } from "./buildImage.ts";
import type { BuildOptions, BuildTransport } from "./buildImage.ts";
import { createTransport } from "./transport.ts";

/** What the engine tests of builds have in common: the private engine and a way of building on it. */
export const engine = testEngine();
export const transport = createTransport({ url: engine.host, source: "setting" });
/** An image that every private engine has. */
export const base = "busybox:local";

/** Every image that `build` makes carries it. */
const label = `slipway.test=build-${randomUUID()}`;

/** Removes every image that `build` has made, and closes the connections. */
export async function cleanUp(): Promise<void> {
  for (const id of await labelledImages()) {
    await transport.text({
      method: "DELETE",
      path: `/images/${encodeURIComponent(id)}?force=true`,
    });
  }
  transport.dispose();
}

export interface Outcome {
  readonly result: BuildResult;
  readonly events: readonly BuildEvent[];
  /** Everything that the steps printed. */
  readonly text: string;
  /** What the builder says that it was sent of the context. */
  readonly sentBytes: number;
}

export async function build(
  contextFolder: string,
  request: Partial<BuildRequest> = {},
  options: BuildOptions = {},
  over: BuildTransport = transport,
): Promise<Outcome> {
  const [key = "", value = ""] = label.split("=");
  const events: BuildEvent[] = [];
  const result = await buildImage(
    over,
    {
      contextFolder,
      dockerfile: join(contextFolder, "Dockerfile"),
      tags: [],
      ...request,
      labels: { ...request.labels, [key]: value },
    },
    {
      onEvent: (event) => events.push(event),
      ...options,
    },
  );
  const sent = events.flatMap((event) =>
    event.type === "step" && event.step.name === "[internal] load build context"
      ? [event.step.progress?.current ?? 0]
      : [],
  );
  return {
    result,
    events,
    text: events.map((event) => (event.type === "log" ? event.text : "")).join(""),
    sentBytes: Math.max(0, ...sent),
  };
}

/** A folder with these files; the indentation of a Dockerfile goes. */
export async function makeContext(
  t: TestContext,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-build-"));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(
      join(folder, name),
      name === "Dockerfile" ? text.trimStart().replaceAll(/\n {6}/g, "\n") : text,
    );
  }
  return folder;
}

export async function labelledImages(): Promise<string[]> {
  const filters = { label: [label] };
  const images = await transport.json({ method: "GET", path: "/images/json", query: { filters } });
  return (images as { readonly Id: string }[]).map(({ Id }) => Id).toSorted();
}
