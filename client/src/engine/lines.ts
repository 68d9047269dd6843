import { StringDecoder } from "node:string_decoder";
import { EngineError } from "./engineError.ts";

/** UTF-16 code units that one line may have; the engine's own are shorter than a hundredth of it. */
const longestLine = 8 * 1024 * 1024;

/**
 * The lines of a stream as they come, without their `\n`; what stands behind the last one too, if only
 * an empty text. Characters split over two reads stay whole. Holds no more than one line and one read;
 * throws EngineError for a longer line, and whatever the stream fails with.
 */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let pending = "";
  for await (const bytes of source) {
    const text = decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      yield pending + text.slice(start, end);
      pending = "";
      start = end + 1;
    }
    pending += text.slice(start);
    if (pending.length > longestLine) {
      throw new EngineError("engine-failed", "The container engine sent a line that is too long.");
    }
  }
  yield pending + decoder.end();
}
