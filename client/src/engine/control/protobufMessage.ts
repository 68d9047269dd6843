import { readFields } from "../protobuf.ts";
import type { ProtobufField } from "../protobuf.ts";

/**
 * A message whose fields are asked for by number, for answers that are read
 * once. A field that is not there has its default value, as in proto3. The
 * constructor throws EngineError when the message is cut short.
 */
export class ProtobufMessage {
  readonly #fields = new Map<number, ProtobufField[]>();

  constructor(message: Buffer) {
    for (const field of readFields(message)) {
      const before = this.#fields.get(field.field);
      if (before === undefined) {
        this.#fields.set(field.field, [field]);
      } else {
        before.push(field);
      }
    }
  }

  number(field: number): number {
    return this.#last(field)?.number ?? 0;
  }

  flag(field: number): boolean {
    return this.number(field) !== 0;
  }

  text(field: number): string {
    return this.#last(field)?.bytes.toString() ?? "";
  }

  /** `undefined` when it is not there; it may be there and empty. */
  bytes(field: number): Buffer | undefined {
    return this.#last(field)?.bytes;
  }

  message(field: number): ProtobufMessage | undefined {
    const bytes = this.bytes(field);
    return bytes === undefined ? undefined : new ProtobufMessage(bytes);
  }

  /** A `google.protobuf.Timestamp`, in milliseconds since 1970. */
  time(field: number): number | undefined {
    const timestamp = this.message(field);
    return timestamp === undefined
      ? undefined
      : timestamp.number(1) * 1000 + timestamp.number(2) / 1e6;
  }

  texts(field: number): string[] {
    return this.#all(field).map(({ bytes }) => bytes.toString());
  }

  allBytes(field: number): Buffer[] {
    return this.#all(field).map(({ bytes }) => bytes);
  }

  messages(field: number): ProtobufMessage[] {
    return this.#all(field).map(({ bytes }) => new ProtobufMessage(bytes));
  }

  /** A `map<string, …>`: its values, still encoded, by key. */
  map(field: number): Map<string, Buffer> {
    return new Map(
      this.messages(field).map((entry) => [entry.text(1), entry.bytes(2) ?? Buffer.alloc(0)]),
    );
  }

  /** A `map<string, string>`. */
  textMap(field: number): Map<string, string> {
    return new Map(this.messages(field).map((entry) => [entry.text(1), entry.text(2)]));
  }

  #last(field: number): ProtobufField | undefined {
    return this.#fields.get(field)?.at(-1);
  }

  #all(field: number): readonly ProtobufField[] {
    return this.#fields.get(field) ?? [];
  }
}
