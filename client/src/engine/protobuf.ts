import { EngineError } from "./engineError.ts";

/** One field of a message: `number` for a varint, `bytes` for anything with a length (text, bytes, nested message). */
export interface ProtobufField {
  readonly field: number;
  /** 0 when the field is not a varint. Exact up to 2^53. */
  readonly number: number;
  /** Empty when the field is a varint. A view into the message, not a copy. */
  readonly bytes: Buffer;
  /** Where the field, tag and all, begins and ends in the message. */
  readonly start: number;
  readonly end: number;
}

/**
 * The fields of a protobuf message, in the order in which they were written;
 * 32- and 64-bit fixed fields, which no message of BuildKit that we read has,
 * are passed over. Throws EngineError when the message is cut short.
 * Format: https://protobuf.dev/programming-guides/encoding/
 */
export function* readFields(message: Buffer): Generator<ProtobufField> {
  let offset = 0;
  while (offset < message.length) {
    const start = offset;
    const tag = readVarint(message, offset);
    offset = tag.end;
    const field = Math.floor(tag.value / 8);
    switch (tag.value % 8) {
      case 0: {
        const { value, end } = readVarint(message, offset);
        offset = end;
        yield { field, number: value, bytes: nothing, start, end };
        break;
      }
      case 2: {
        const length = readVarint(message, offset);
        const end = length.end + length.value;
        if (end > message.length) {
          throw cutShort();
        }
        offset = end;
        yield { field, number: 0, bytes: message.subarray(length.end, end), start, end };
        break;
      }
      case 1:
        offset += 8;
        break;
      case 5:
        offset += 4;
        break;
      default:
        throw new EngineError("engine-failed", "The engine sent a message in an unknown encoding.");
    }
  }
}

/** What a field may hold when it is written: a varint, or text, bytes or an encoded message. */
export type ProtobufValue = number | bigint | boolean | string | Uint8Array;

/** Encodes a message; a field that has its default value (0, false, nothing) is left out, as proto3 does. */
export function writeFields(
  fields: readonly (readonly [field: number, value: ProtobufValue])[],
): Buffer {
  const parts: Uint8Array[] = [];
  for (const [field, value] of fields) {
    if (typeof value === "string" || value instanceof Uint8Array) {
      const bytes = typeof value === "string" ? Buffer.from(value) : value;
      if (bytes.length > 0) {
        parts.push(writeVarint(field * 8 + 2), writeVarint(bytes.length), bytes);
      }
    } else if (Number(value) !== 0) {
      parts.push(writeVarint(field * 8), writeVarint(value));
    }
  }
  return Buffer.concat(parts);
}

const nothing = Buffer.alloc(0);

function readVarint(
  message: Buffer,
  start: number,
): { readonly value: number; readonly end: number } {
  let value = 0n;
  let small = 0;
  let factor = 1;
  for (let offset = start; ; offset += 1) {
    const byte = message[offset];
    if (byte === undefined || offset - start > 9) {
      throw cutShort();
    }
    const bits = byte & 0x7f;
    // Six bytes fit into a number; BigInt is slow, and long ones are rare.
    if (offset - start < 6) {
      small += bits * factor;
      factor *= 128;
    } else {
      value += BigInt(bits) << BigInt(7 * (offset - start));
    }
    if (byte < 0x80) {
      // A negative number is written as its 64-bit two's complement.
      return {
        value: value === 0n ? small : Number(BigInt.asIntN(64, value + BigInt(small))),
        end: offset + 1,
      };
    }
  }
}

function writeVarint(value: number | bigint | boolean): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function cutShort(): EngineError {
  return new EngineError("engine-failed", "The engine sent a message that ends in its middle.");
}
