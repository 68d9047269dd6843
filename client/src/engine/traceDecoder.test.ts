import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuildEvent, BuildStep } from "./build.ts";
import { writeFields } from "./protobuf.ts";
import { TraceDecoder } from "./traceDecoder.ts";

test("a recorded build gives its steps, with the first start and the last end", () => {
  const decoder = new TraceDecoder();
  for (const message of recorded) {
    decoder.decode(Buffer.from(message, "base64"));
  }
  assert.deepEqual(
    decoder.steps.map(({ name, state }) => `${state} ${name}`),
    [
      "done [internal] load build definition from Dockerfile",
      "failed [2/2] RUN printf '\\342\\202'; sleep 1; printf '\\254\\n'; exit 3",
      "cached [1/2] FROM docker.io/library/busybox:local",
    ],
  );
  const [load, run] = decoder.steps;
  assert.ok(load?.startedAt !== undefined && load.completedAt !== undefined);
  const milliseconds = load.completedAt - load.startedAt;
  assert.ok(milliseconds > 1 && milliseconds < 100, `${milliseconds} ms`);
  assert.match(run?.error ?? "", /exit code: 3$/);
});

test("a recorded warning names its lines and its page", () => {
  const events = recorded.flatMap((message) =>
    new TraceDecoder().decode(Buffer.from(message, "base64")),
  );
  assert.deepEqual(
    events.filter(({ type }) => type === "warning"),
    [
      {
        type: "warning",
        message:
          "ConsistentInstructionCasing: Command 'run' should match the case of the command majority (uppercase) (line 2)",
        url: "https://docs.docker.com/go/dockerfile/rule/consistent-instruction-casing/",
        startLine: 2,
        endLine: 2,
      },
    ],
  );
});

test("a character that was cut in two comes out whole", () => {
  const decoder = new TraceDecoder();
  const events = recorded.flatMap((message) => decoder.decode(Buffer.from(message, "base64")));
  assert.deepEqual(texts(events), ["stdout €\n"]);
});

test("stdout and stderr of a step do not mix in a character", () => {
  const decoder = new TraceDecoder();
  const events = [
    ...decoder.decode(log("sha256:a", 1, Buffer.from([0xe2, 0x82]))),
    ...decoder.decode(log("sha256:a", 2, Buffer.from("x"))),
    ...decoder.decode(log("sha256:a", 1, Buffer.from([0xac]))),
  ];
  assert.deepEqual(texts(events), ["stderr x", "stdout €"]);
});

test("a step that is looked up, then executed, runs until its real end", () => {
  const decoder = new TraceDecoder();
  decoder.decode(vertex({ started: 10, completed: 11 }));
  decoder.decode(vertex({ started: 20 }));
  assert.deepEqual(pick(decoder.steps[0]), { state: "running", startedAt: 10_000 });
  decoder.decode(vertex({ started: 20, completed: 30 }));
  assert.deepEqual(pick(decoder.steps[0]), {
    state: "done",
    startedAt: 10_000,
    completedAt: 30_000,
  });
});

test("a step that was once reported as cached stays so", () => {
  const decoder = new TraceDecoder();
  decoder.decode(vertex({ started: 10, completed: 11, cached: true }));
  decoder.decode(vertex({ started: 10, completed: 12 }));
  assert.equal(decoder.steps[0]?.state, "cached");
});

test("a step that BuildKit ends because another failed is cancelled, not failed", () => {
  const decoder = new TraceDecoder();
  decoder.decode(
    vertex({ started: 10, completed: 11, error: "context canceled: context canceled" }),
  );
  assert.equal(decoder.steps[0]?.state, "cancelled");
  const killed = new TraceDecoder();
  const error = 'process "/bin/sh -c make" did not complete successfully: exit code: 137';
  killed.decode(vertex({ started: 10, completed: 11, error: `${error}: context canceled` }));
  assert.equal(killed.steps[0]?.state, "cancelled");
  killed.decode(vertex({ started: 10, completed: 11, error }));
  assert.equal(killed.steps[0]?.state, "failed");
});

test("a step names the steps that it builds on, once it was said", () => {
  const decoder = new TraceDecoder();
  decoder.decode(vertex({ inputs: ["sha256:base", "sha256:context"] }));
  decoder.decode(vertex({ started: 10 }));
  assert.deepEqual(decoder.steps[0]?.inputs, ["sha256:base", "sha256:context"]);
});

test("layers that are under way at the same time are added up, one kind of work at a time", () => {
  const decoder = new TraceDecoder();
  const [one, two] = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`);
  assert.ok(one !== undefined && two !== undefined);
  decoder.decode(vertex({ started: 10 }));
  decoder.decode(transfer(`resolve example.com/app:1@${one}`, 7, 0));
  decoder.decode(transfer(one, 10, 100));
  decoder.decode(transfer(two, 5, 50));
  assert.deepEqual(decoder.steps[0]?.progress, { what: "downloading", current: 15, total: 150 });
  decoder.decode(transfer(`extracting ${one}`, 30, 100));
  assert.deepEqual(decoder.steps[0]?.progress, { what: "extracting", current: 30, total: 100 });
});

test("at the end, what still ran or waited is cancelled and half a character comes out", () => {
  const decoder = new TraceDecoder();
  decoder.decode(vertex({ started: 10 }));
  decoder.decode(log("sha256:a", 1, Buffer.from([0xe2])));
  const events = decoder.end();
  assert.deepEqual(texts(events), ["stdout \uFFFD"]);
  assert.equal(decoder.steps[0]?.state, "cancelled");
  assert.deepEqual(decoder.end(), []);
});

function texts(events: readonly BuildEvent[]): string[] {
  return events.flatMap((event) => (event.type === "log" ? [`${event.stream} ${event.text}`] : []));
}

function pick(step: BuildStep | undefined): Partial<BuildStep> {
  const { digest: _, name: __, ...rest } = step ?? { digest: "", name: "" };
  return rest;
}

function vertex(report: {
  readonly started?: number;
  readonly completed?: number;
  readonly cached?: boolean;
  readonly error?: string;
  readonly inputs?: readonly string[];
}): Buffer {
  return writeFields([
    [
      1,
      writeFields([
        [1, "sha256:a"],
        ...(report.inputs ?? []).map((input): [number, string] => [2, input]),
        [3, "[1/1] RUN make"],
        [4, report.cached ?? false],
        [5, seconds(report.started)],
        [6, seconds(report.completed)],
        [7, report.error ?? ""],
      ]),
    ],
  ]);
}

/** A Timestamp, of this many seconds; none for `undefined`. */
function seconds(value: number | undefined): Buffer {
  return writeFields([[1, value ?? 0]]);
}

function transfer(id: string, current: number, total: number): Buffer {
  return writeFields([
    [
      2,
      writeFields([
        [1, id],
        [2, "sha256:a"],
        [4, current],
        [5, total],
      ]),
    ],
  ]);
}

function log(digest: string, stream: number, output: Buffer): Buffer {
  return writeFields([
    [
      3,
      writeFields([
        [1, digest],
        [3, stream],
        [4, output],
      ]),
    ],
  ]);
}

/**
 * Part of what Docker 28.5.2 sent for
 *     FROM busybox:local
 *     run printf '\342\202'; sleep 1; printf '\254\n'; exit 3
 */
const recorded: readonly string[] = [
  [
    "CnsKR3NoYTI1Njo2N2MzODZlMTgwMzA4YmY3MTM0MWJkYzY2NzhiMWZlZDIzZWU2MjY4MzZlZTI1YzI2Njc5YzQ2",
    "ZGUxZWNmNTljGjBbaW50ZXJuYWxdIGxvYWQgYnVpbGQgZGVmaW5pdGlvbiBmcm9tIERvY2tlcmZpbGU=",
  ].join(""),
  [
    "CpUBCkdzaGEyNTY6NjdjMzg2ZTE4MDMwOGJmNzEzNDFiZGM2Njc4YjFmZWQyM2VlNjI2ODM2ZWUyNWMyNjY3OWM0",
    "NmRlMWVjZjU5YxowW2ludGVybmFsXSBsb2FkIGJ1aWxkIGRlZmluaXRpb24gZnJvbSBEb2NrZXJmaWxlKgsI27CX",
    "2AYQ2cH2FzILCNuwl9gGEI6x+Bc=",
  ].join(""),
  [
    "EpoBChh0cmFuc2ZlcnJpbmcgZG9ja2VyZmlsZToSR3NoYTI1Njo2N2MzODZlMTgwMzA4YmY3MTM0MWJkYzY2Nzhi",
    "MWZlZDIzZWU2MjY4MzZlZTI1YzI2Njc5YzQ2ZGUxZWNmNTljGgx0cmFuc2ZlcnJpbmcgcDILCNuwl9gGEIHwqR06",
    "CwjbsJfYBhDew7AYQgsI27CX2AYQ3OypHQ==",
  ].join(""),
  [
    "CpUBCkdzaGEyNTY6NjdjMzg2ZTE4MDMwOGJmNzEzNDFiZGM2Njc4YjFmZWQyM2VlNjI2ODM2ZWUyNWMyNjY3OWM0",
    "NmRlMWVjZjU5YxowW2ludGVybmFsXSBsb2FkIGJ1aWxkIGRlZmluaXRpb24gZnJvbSBEb2NrZXJmaWxlKgsI27CX",
    "2AYQ/pH9FzILCNuwl9gGEKOayB4=",
  ].join(""),
  [
    "IsMJCkdzaGEyNTY6NjdjMzg2ZTE4MDMwOGJmNzEzNDFiZGM2Njc4YjFmZWQyM2VlNjI2ODM2ZWUyNWMyNjY3OWM0",
    "NmRlMWVjZjU5YxABGm1Db25zaXN0ZW50SW5zdHJ1Y3Rpb25DYXNpbmc6IENvbW1hbmQgJ3J1bicgc2hvdWxkIG1h",
    "dGNoIHRoZSBjYXNlIG9mIHRoZSBjb21tYW5kIG1ham9yaXR5ICh1cHBlcmNhc2UpIChsaW5lIDIpIlVBbGwgY29t",
    "bWFuZHMgd2l0aGluIHRoZSBEb2NrZXJmaWxlIHNob3VsZCB1c2UgdGhlIHNhbWUgY2FzaW5nIChlaXRoZXIgdXBw",
    "ZXIgb3IgbG93ZXIpKklodHRwczovL2RvY3MuZG9ja2VyLmNvbS9nby9kb2NrZXJmaWxlL3J1bGUvY29uc2lzdGVu",
    "dC1pbnN0cnVjdGlvbi1jYXNpbmcvMtoGCgpEb2NrZXJmaWxlEktGUk9NIGJ1c3lib3g6bG9jYWwKcnVuIHByaW50",
    "ZiAnXDM0MlwyMDInOyBzbGVlcCAxOyBwcmludGYgJ1wyNTRcbic7IGV4aXQgMwoa8gUK0QFaABrMAQoSbG9jYWw6",
    "Ly9kb2NrZXJmaWxlEhQKDGxvY2FsLmRpZmZlchIEbm9uZRJKChFsb2NhbC5mb2xsb3dwYXRocxI1WyJEb2NrZXJm",
    "aWxlIiwiRG9ja2VyZmlsZS5kb2NrZXJpZ25vcmUiLCJkb2NrZXJmaWxlIl0SMQoNbG9jYWwuc2Vzc2lvbhIgOGNi",
    "NjE0NTQzMzYzNGYxZWJkMmU4YjI0NDQ0OTIyYzQSIQoTbG9jYWwuc2hhcmVka2V5aGludBIKZG9ja2VyZmlsZQpL",
    "CkkKR3NoYTI1Njo2N2MzODZlMTgwMzA4YmY3MTM0MWJkYzY2NzhiMWZlZDIzZWU2MjY4MzZlZTI1YzI2Njc5YzQ2",
    "ZGUxZWNmNTljEvwBCkdzaGEyNTY6NjdjMzg2ZTE4MDMwOGJmNzEzNDFiZGM2Njc4YjFmZWQyM2VlNjI2ODM2ZWUy",
    "NWMyNjY3OWM0NmRlMWVjZjU5YxKwARJCCg5sbGIuY3VzdG9tbmFtZRIwW2ludGVybmFsXSBsb2FkIGJ1aWxkIGRl",
    "ZmluaXRpb24gZnJvbSBEb2NrZXJmaWxlKhAKDHNvdXJjZS5sb2NhbBABKhoKFnNvdXJjZS5sb2NhbC5zZXNzaW9u",
    "aWQQASocChhzb3VyY2UubG9jYWwuZm9sbG93cGF0aHMQASoeChpzb3VyY2UubG9jYWwuc2hhcmVka2V5aGludBAB",
    "EoABCkdzaGEyNTY6ZjVjYWMzY2VkNWNjZDhhNmU3MzVmNTZiMzRhYzJiMGUzY2EyOGE5NjA2ZjBjYjg3MDQ0NWNh",
    "YjBjOThhZDRhNhI1Kg8KC2NvbnN0cmFpbnRzEAEqDAoIcGxhdGZvcm0QASoUChBtZXRhLmRlc2NyaXB0aW9uEAEa",
    "TQpLCkdzaGEyNTY6NjdjMzg2ZTE4MDMwOGJmNzEzNDFiZGM2Njc4YjFmZWQyM2VlNjI2ODM2ZWUyNWMyNjY3OWM0",
    "NmRlMWVjZjU5YxIAIgpEb2NrZXJmaWxlOggKAggCEgIIAg==",
  ].join(""),
  [
    "CtEBCkdzaGEyNTY6ZDliMjUyMGYyMmEzNWVkMzNlMWUyM2EyMjFlZDE4MDgzNjhhNGMwOWYyYTY3OTcwZTkxNzYy",
    "NGIyMzAwZWIwYRJHc2hhMjU2OmVmMDg2Mjk3YzZiYzJkYjhiYzdhNWQyNTVkMmRlZTlhOWExZWY3MDExMGJjYTVl",
    "ZTdmMmVlOTg2NTMyOGEzMTcaPVsyLzJdIFJVTiBwcmludGYgJ1wzNDJcMjAyJzsgc2xlZXAgMTsgcHJpbnRmICdc",
    "MjU0XG4nOyBleGl0IDMKdQpHc2hhMjU2OmVmMDg2Mjk3YzZiYzJkYjhiYzdhNWQyNTVkMmRlZTlhOWExZWY3MDEx",
    "MGJjYTVlZTdmMmVlOTg2NTMyOGEzMTcaKlsxLzJdIEZST00gZG9ja2VyLmlvL2xpYnJhcnkvYnVzeWJveDpsb2Nh",
    "bA==",
  ].join(""),
  [
    "Co8BCkdzaGEyNTY6ZWYwODYyOTdjNmJjMmRiOGJjN2E1ZDI1NWQyZGVlOWE5YTFlZjcwMTEwYmNhNWVlN2YyZWU5",
    "ODY1MzI4YTMxNxoqWzEvMl0gRlJPTSBkb2NrZXIuaW8vbGlicmFyeS9idXN5Ym94OmxvY2FsKgsI27CX2AYQrLrE",
    "IzILCNuwl9gGEMmz0CMKkQEKR3NoYTI1NjplZjA4NjI5N2M2YmMyZGI4YmM3YTVkMjU1ZDJkZWU5YTlhMWVmNzAx",
    "MTBiY2E1ZWU3ZjJlZTk4NjUzMjhhMzE3GipbMS8yXSBGUk9NIGRvY2tlci5pby9saWJyYXJ5L2J1c3lib3g6bG9j",
    "YWwgASoLCNuwl9gGEOS11yMyCwjbsJfYBhCiu9kjCt4BCkdzaGEyNTY6ZDliMjUyMGYyMmEzNWVkMzNlMWUyM2Ey",
    "MjFlZDE4MDgzNjhhNGMwOWYyYTY3OTcwZTkxNzYyNGIyMzAwZWIwYRJHc2hhMjU2OmVmMDg2Mjk3YzZiYzJkYjhi",
    "YzdhNWQyNTVkMmRlZTlhOWExZWY3MDExMGJjYTVlZTdmMmVlOTg2NTMyOGEzMTcaPVsyLzJdIFJVTiBwcmludGYg",
    "J1wzNDJcMjAyJzsgc2xlZXAgMTsgcHJpbnRmICdcMjU0XG4nOyBleGl0IDMqCwjbsJfYBhDqxN8j",
  ].join(""),
  [
    "GlwKR3NoYTI1NjpkOWIyNTIwZjIyYTM1ZWQzM2UxZTIzYTIyMWVkMTgwODM2OGE0YzA5ZjJhNjc5NzBlOTE3NjI0",
    "YjIzMDBlYjBhEgsI27CX2AYQqpu1ZRgBIgLigg==",
  ].join(""),
  [
    "GlwKR3NoYTI1NjpkOWIyNTIwZjIyYTM1ZWQzM2UxZTIzYTIyMWVkMTgwODM2OGE0YzA5ZjJhNjc5NzBlOTE3NjI0",
    "YjIzMDBlYjBhEgsI3LCX2AYQx/KXZhgBIgKsCg==",
  ].join(""),
  [
    "CuUCCkdzaGEyNTY6ZDliMjUyMGYyMmEzNWVkMzNlMWUyM2EyMjFlZDE4MDgzNjhhNGMwOWYyYTY3OTcwZTkxNzYy",
    "NGIyMzAwZWIwYRJHc2hhMjU2OmVmMDg2Mjk3YzZiYzJkYjhiYzdhNWQyNTVkMmRlZTlhOWExZWY3MDExMGJjYTVl",
    "ZTdmMmVlOTg2NTMyOGEzMTcaPVsyLzJdIFJVTiBwcmludGYgJ1wzNDJcMjAyJzsgc2xlZXAgMTsgcHJpbnRmICdc",
    "MjU0XG4nOyBleGl0IDMqCwjbsJfYBhDqxN8jMgsI3LCX2AYQl/rNbzp4cHJvY2VzcyAiL2Jpbi9zaCAtYyBwcmlu",
    "dGYgJ1xcMzQyXFwyMDInOyBzbGVlcCAxOyBwcmludGYgJ1xcMjU0XFxuJzsgZXhpdCAzIiBkaWQgbm90IGNvbXBs",
    "ZXRlIHN1Y2Nlc3NmdWxseTogZXhpdCBjb2RlOiAz",
  ].join(""),
];
