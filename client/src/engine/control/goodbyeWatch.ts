import { Duplex, Transform } from "node:stream";

/**
 * The socket, for the client's side of an HTTP/2 connection, with word when we
 * ourselves give the connection up. Node does so when a header is longer than
 * 64 KiB, sends GOAWAY, and tells nobody: every call on it would wait forever.
 * Frames: https://www.rfc-editor.org/rfc/rfc9113#section-4.1
 */
export function watchGoodbye(socket: Duplex, onGoodbye: () => void): Duplex {
  let header = Buffer.alloc(0);
  // What is left to pass over: first the connection's preface, then the rest of each frame.
  let rest = prefaceLength;
  const outgoing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let offset = 0;
      while (offset < chunk.length) {
        const passed = Math.min(rest, chunk.length - offset);
        offset += passed;
        rest -= passed;
        if (rest > 0 || offset === chunk.length) {
          break;
        }
        const wanted = chunk.subarray(offset, offset + frameHeaderLength - header.length);
        header = Buffer.concat([header, wanted]);
        offset += wanted.length;
        if (header.length === frameHeaderLength) {
          if (header[3] === goawayType) {
            onGoodbye();
          }
          rest = header.readUIntBE(0, 3);
          header = Buffer.alloc(0);
        }
      }
      done(null, chunk);
    },
  });
  outgoing.pipe(socket);
  return Duplex.from({ readable: socket, writable: outgoing });
}

const prefaceLength = 24;
const frameHeaderLength = 9;
const goawayType = 7;
