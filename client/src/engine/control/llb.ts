import { createHash } from "node:crypto";
import type { EngineStep, LineRange } from "../dockerfileText.ts";
import { readFields, writeFields } from "../protobuf.ts";
import type { ProtobufValue } from "../protobuf.ts";
import { joinLines } from "./joinLines.ts";
import { ProtobufMessage } from "./protobufMessage.ts";

/** An operation of a build graph, as the builder is given it. */
export interface LlbOperation {
  readonly bytes: Buffer;
  readonly step: EngineStep;
  /** The one among its inputs whose files it starts from; absent where it starts from nothing, or has no such thing. */
  readonly root?: string;
}

/**
 * A build graph in BuildKit's low-level form (LLB): what its Dockerfile
 * frontend makes. Messages:
 * https://github.com/moby/buildkit/blob/v0.25.2/solver/pb/ops.proto
 */
export class Llb {
  /** Every operation comes after its inputs. Without the last one, which only names the result. */
  readonly operations: readonly LlbOperation[];
  readonly #metadata: ReadonlyMap<string, Buffer>;

  private constructor(operations: readonly LlbOperation[], metadata: ReadonlyMap<string, Buffer>) {
    this.operations = operations;
    this.#metadata = metadata;
  }

  /** Reads a Definition. Throws EngineError when it is cut short. */
  static read(definition: Buffer): Llb {
    const message = new ProtobufMessage(definition);
    const metadata = message.map(2);
    const places = message.message(3)?.map(1) ?? new Map<string, Buffer>();
    const operations: LlbOperation[] = [];
    for (const bytes of message.allBytes(1)) {
      const operation = readOperation(bytes, metadata, places);
      if (operation !== undefined) {
        operations.push(operation);
      }
    }
    return new Llb(operations, metadata);
  }

  /** The Definition whose result is what this operation makes, with nothing in it that is not needed for that. */
  definitionOf(digest: string): Buffer {
    const byDigest = new Map(this.operations.map((each) => [each.step.digest, each]));
    const needed = new Set<string>();
    const need = [digest];
    for (let each = need.pop(); each !== undefined; each = need.pop()) {
      if (!needed.has(each)) {
        needed.add(each);
        need.push(...(byDigest.get(each)?.step.inputs ?? []));
      }
    }
    const kept = this.operations.filter(({ step }) => needed.has(step.digest));
    const result = writeFields([[1, writeFields([[1, digest]])]]);
    // Where an operation stands in the Dockerfile is left out: the builder would tell all of it with each failure.
    return writeFields([
      ...kept.map(({ bytes }) => [1, bytes] as const),
      [1, result],
      ...kept.flatMap(({ step }) => {
        const metadata = this.#metadata.get(step.digest);
        return metadata === undefined
          ? []
          : [
              [
                2,
                writeFields([
                  [1, step.digest],
                  [2, metadata],
                ]),
              ] as const,
            ];
      }),
    ]);
  }

  /**
   * The same graph, in which no command can be started: each gets a proxy
   * setting that no process can be given, since it holds a NUL character.
   * Proxies are no part of what BuildKit looks up in its cache, so what is
   * cached is found all the same. Returns it with the new digests by the old.
   */
  withoutCommands(): { readonly llb: Llb; readonly digests: ReadonlyMap<string, string> } {
    const digests = new Map<string, string>();
    const metadata = new Map<string, Buffer>();
    const operations = this.operations.map((operation): LlbOperation => {
      const { step, root } = operation;
      const bytes = rewriteOperation(operation.bytes, digests);
      const digest = digestOf(bytes);
      digests.set(step.digest, digest);
      const before = this.#metadata.get(step.digest);
      if (before !== undefined) {
        metadata.set(digest, before);
      }
      const inputs = step.inputs.map((input) => digests.get(input) ?? input);
      return {
        bytes,
        step: { ...step, digest, inputs },
        ...(root === undefined ? {} : { root: digests.get(root) ?? root }),
      };
    });
    return { llb: new Llb(operations, metadata), digests };
  }
}

/** The proxy setting that keeps a command from being started. */
export const impossibleProxy = "\0slipway-dry-run";

/** Fields of Op. */
const op = { inputs: 1, exec: 2, source: 3, file: 4, merge: 6, diff: 7 } as const;

function readOperation(
  bytes: Buffer,
  allMetadata: ReadonlyMap<string, Buffer>,
  places: ReadonlyMap<string, Buffer>,
): LlbOperation | undefined {
  const message = new ProtobufMessage(bytes);
  const inputs = message.messages(op.inputs).map((input) => input.text(1));
  const kind = kindOf(message);
  if (kind === undefined) {
    return undefined;
  }
  const digest = digestOf(bytes);
  const metadata = allMetadata.get(digest);
  const description = metadata && new ProtobufMessage(metadata).textMap(2);
  const place = places.get(digest);
  const source = message.message(op.source)?.text(1);
  const rootIndex = rootInput(message);
  const root = rootIndex === undefined ? undefined : inputs[rootIndex];
  return {
    bytes,
    step: {
      digest,
      kind,
      name: description?.get("llb.customname") ?? "",
      inputs,
      lines: place === undefined ? [] : readLines(place),
      ...(source === undefined ? {} : { source }),
    },
    ...(root === undefined ? {} : { root }),
  };
}

/** `undefined` for the last operation of a graph, which is none. */
function kindOf(message: ProtobufMessage): EngineStep["kind"] | undefined {
  if (message.bytes(op.exec) !== undefined) {
    return "command";
  }
  if (message.bytes(op.source) !== undefined) {
    return "source";
  }
  if (message.bytes(op.file) !== undefined) {
    return "files";
  }
  if (message.bytes(op.merge) !== undefined) {
    return "merge";
  }
  if (message.bytes(op.diff) !== undefined) {
    return "diff";
  }
  return message.bytes(5) === undefined ? undefined : "other";
}

/** The index of the input that is mounted at `/`, or that files are put on. -1 stands for nothing. */
function rootInput(message: ProtobufMessage): number | undefined {
  const mount = message
    .message(op.exec)
    ?.messages(2)
    .find((each) => each.text(3) === "/");
  const action = message.message(op.file)?.messages(2)[0];
  const index = (mount ?? action)?.number(1);
  return index === undefined || index < 0 ? undefined : index;
}

/** The ranges of a Locations message. */
function readLines(locations: Buffer): LineRange[] {
  return joinLines(
    new ProtobufMessage(locations).messages(1).flatMap((location) =>
      location.messages(2).map((range) => {
        const start = range.message(1)?.number(1) ?? 0;
        return { start, end: range.message(2)?.number(1) ?? start };
      }),
    ),
  );
}

/** The operation with other digests for its inputs and, when it is a command, with the impossible proxy. All else stays byte for byte. */
function rewriteOperation(bytes: Buffer, digests: ReadonlyMap<string, string>): Buffer {
  return replaceFields(bytes, (field, message) => {
    if (field === op.inputs) {
      return replaceFields(message, (each, digest) =>
        each === 1 ? (digests.get(digest.toString()) ?? digest) : undefined,
      );
    }
    if (field === op.exec) {
      return replaceFields(message, (each, meta) =>
        each === 1 ? withImpossibleProxy(meta) : undefined,
      );
    }
    return undefined;
  });
}

/** The fields stay in order, for the builder writes each operation anew and names it by what it wrote. */
function withImpossibleProxy(meta: Buffer): Buffer {
  const proxy = writeFields([[metaProxy, writeFields([[1, impossibleProxy]])]]);
  const fields = [...readFields(meta)].filter(({ field }) => field !== metaProxy);
  const copy = (each: { readonly start: number; readonly end: number }): Buffer =>
    meta.subarray(each.start, each.end);
  return Buffer.concat([
    ...fields.filter(({ field }) => field < metaProxy).map(copy),
    proxy,
    ...fields.filter(({ field }) => field > metaProxy).map(copy),
  ]);
}

const metaProxy = 5;

/** Copies a message field by field; where `replacement` has a value, that is written instead. */
function replaceFields(
  message: Buffer,
  replacement: (field: number, bytes: Buffer) => ProtobufValue | undefined,
): Buffer {
  const parts: Buffer[] = [];
  for (const { field, bytes, start, end } of readFields(message)) {
    const value = replacement(field, bytes);
    parts.push(value === undefined ? message.subarray(start, end) : writeFields([[field, value]]));
  }
  return Buffer.concat(parts);
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
