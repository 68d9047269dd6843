import { asObject } from "./dockerConfig.ts";
import type { CallOptions, FileChange } from "./engine.ts";
import { EngineError } from "./engineError.ts";
import { parseImageName } from "./imageName.ts";
import { pathOf } from "./pathOf.ts";
import { textOf } from "./toVolume.ts";
import type { Transport } from "./transport.ts";

/** Milliseconds: large containers have many files to look at. */
const patienceMs = 120_000;

/** https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Container/operation/ContainerChanges */
export async function containerChanges(
  transport: Transport,
  id: string,
  { signal }: CallOptions,
): Promise<readonly FileChange[]> {
  const path = `/containers/${pathOf(id)}/changes`;
  const answer = await transport.json({ method: "GET", path, signal, timeoutMs: patienceMs });
  const kinds = ["changed", "added", "deleted"] as const;
  return (Array.isArray(answer) ? answer : [])
    .flatMap((entry) => {
      const { Path: changed, Kind: kind } = asObject(entry);
      const name = typeof kind === "number" ? kinds[kind] : undefined;
      return name === undefined ? [] : [{ kind: name, path: textOf(changed) }];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Image/operation/ImageCommit */
export async function createImageFrom(
  transport: Transport,
  id: string,
  reference: string,
  { signal }: CallOptions,
): Promise<string> {
  const { repository, tag } = parseImageName(reference);
  const answer = await transport.json({
    method: "POST",
    path: "/commit",
    // It pauses meanwhile, so that the files fit together.
    query: { container: id, repo: repository, tag, pause: true },
    signal,
  });
  const image = textOf(asObject(answer)["Id"]);
  if (image === "") {
    throw new EngineError("engine-failed", "The engine does not say which image it made.");
  }
  return image;
}
