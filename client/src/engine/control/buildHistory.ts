import type { BuildEvent } from "../build.ts";
import type { CallOptions } from "../engine.ts";
import { EngineError } from "../engineError.ts";
import type { BuildCacheRecord, BuildHistoryEvent, BuildProvenance } from "../pastBuild.ts";
import { TraceDecoder } from "../traceDecoder.ts";
import type { Transport } from "../transport.ts";
import { BuilderClient, withBuilder } from "./builderClient.ts";
import { openGrpc } from "./grpcConnection.ts";
import { readProvenance } from "./readProvenance.ts";

type ControlTransport = Pick<Transport, "endpoint" | "hijack">;

export async function buildCacheRecords(
  transport: ControlTransport,
  { signal }: CallOptions,
): Promise<readonly BuildCacheRecord[]> {
  return await withBuilder(transport, signal, (builder) => builder.cacheRecords({ signal }));
}

export async function* buildHistory(
  transport: ControlTransport,
  { follow, signal }: CallOptions & { readonly follow: boolean },
): AsyncGenerator<BuildHistoryEvent> {
  const builder = new BuilderClient(await openGrpc(transport, signal));
  try {
    yield* builder.history({ follow, signal });
  } finally {
    builder.close();
  }
}

export async function* buildLog(
  transport: ControlTransport,
  ref: string,
  { signal }: CallOptions,
): AsyncGenerator<BuildEvent> {
  const builder = new BuilderClient(await openGrpc(transport, signal));
  try {
    const trace = new TraceDecoder();
    for await (const statusResponse of builder.status(ref, { signal })) {
      yield* trace.decode(statusResponse);
    }
    yield* trace.end();
  } finally {
    builder.close();
  }
}

export async function buildProvenance(
  transport: ControlTransport,
  ref: string,
  { signal }: CallOptions,
): Promise<BuildProvenance | undefined> {
  return await withBuilder(transport, signal, async (builder) => {
    const digest = await builder.provenanceDigest(ref, { signal });
    if (digest === undefined) {
      return undefined;
    }
    const content = await builder.content(digest, { signal });
    try {
      return readProvenance(JSON.parse(content.toString()));
    } catch (error) {
      throw new EngineError("engine-failed", "What the engine has kept of the build is not JSON.", {
        cause: error,
      });
    }
  });
}

export async function deleteBuild(
  transport: ControlTransport,
  ref: string,
  { signal }: CallOptions,
): Promise<void> {
  await withBuilder(transport, signal, (builder) =>
    builder.updateHistory(ref, { delete: true }, { signal }),
  );
}

export async function pinBuild(
  transport: ControlTransport,
  ref: string,
  pinned: boolean,
  { signal }: CallOptions,
): Promise<void> {
  await withBuilder(transport, signal, (builder) =>
    builder.updateHistory(ref, { pinned }, { signal }),
  );
}
