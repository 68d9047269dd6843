import type { BuildHistoryEvent, PastBuild } from "../pastBuild.ts";
import type { ProtobufMessage } from "./protobufMessage.ts";

/** A BuildHistoryEvent of BuildKit's control service. */
export function readBuildHistoryEvent(event: ProtobufMessage): BuildHistoryEvent {
  const record = event.message(2);
  const ref = record?.text(1) ?? "";
  return event.number(1) === deleted || record === undefined
    ? { type: "removed", ref }
    : { type: "build", build: readRecord(record) };
}

const deleted = 2;
/** gRPC's code for what somebody cancelled. */
const cancelledCode = 1;

function readRecord(record: ProtobufMessage): PastBuild {
  const attributes = record.textMap(3);
  const take = (name: string): string | undefined => {
    const value = attributes.get(name);
    attributes.delete(name);
    return value === "" ? undefined : value;
  };
  const takeAll = (prefix: string): Record<string, string> => {
    const taken: [string, string][] = [];
    for (const [name, value] of attributes) {
      if (name.startsWith(prefix)) {
        attributes.delete(name);
        taken.push([name.slice(prefix.length), value]);
      }
    }
    return Object.fromEntries(taken);
  };
  const completedAt = record.time(7);
  const error = record.message(5);
  const target = take("target");
  const platform = take("platform");
  const remoteContext = take("context");
  const imageId = record.message(10)?.messages(3)[0]?.message(2)?.text(2);
  return {
    ref: record.text(1),
    state: stateOf(completedAt, error),
    ...(error === undefined ? {} : { error: error.text(2) }),
    startedAt: record.time(6) ?? 0,
    ...(completedAt === undefined ? {} : { completedAt }),
    dockerfile: take("filename") ?? "Dockerfile",
    ...(remoteContext === undefined ? {} : { remoteContext }),
    ...(target === undefined ? {} : { target }),
    ...(platform === undefined ? {} : { platform }),
    buildArguments: takeAll("build-arg:"),
    labels: takeAll("label:"),
    tags: record.messages(4).flatMap(tagsOf),
    ...(imageId === undefined ? {} : { imageId }),
    steps: { total: record.number(16), completed: record.number(17), cached: record.number(15) },
    warnings: record.number(19),
    pinned: record.flag(14),
    attributes: Object.fromEntries([...attributes].filter(([, value]) => value !== "")),
  };
}

function stateOf(
  completedAt: number | undefined,
  error: ProtobufMessage | undefined,
): PastBuild["state"] {
  if (error !== undefined) {
    return error.number(1) === cancelledCode ? "cancelled" : "failed";
  }
  return completedAt === undefined ? "running" : "succeeded";
}

/** An exporter names what it makes in one attribute, with commas. */
function tagsOf(exporter: ProtobufMessage): string[] {
  const names = exporter.textMap(2).get("name") ?? "";
  return names.split(",").filter((name) => name !== "");
}
