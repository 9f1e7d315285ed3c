// Several ranges of one file as the body of one answer: from memory at once, from a file piece by
// piece. What stands between the pieces is http/multipart.ts's business.

import { randomBytes } from "node:crypto";
import type { ByteSource } from "../base/byte-source.ts";
import { type Multipart, multipartOf } from "../http/multipart.ts";
import type { ByteRange } from "../http/range.ts";

/** Random: no file can hold the boundary on purpose, or a reader would see parts that are not. */
export function partsOf(
  ranges: readonly ByteRange[],
  whole: { readonly mediaType: string; readonly size: number },
): { readonly multipart: Multipart; readonly boundary: string } {
  const boundary = randomBytes(16).toString("hex");
  return { multipart: multipartOf({ ranges, ...whole, boundary }), boundary };
}

export function bytesInParts(
  bytes: Uint8Array,
  ranges: readonly ByteRange[],
  { heads, tail }: Multipart,
): Uint8Array {
  const pieces = ranges.flatMap(({ start, length }, index) => [
    heads[index] ?? NOTHING,
    bytes.subarray(start, start + length),
  ]);
  return Buffer.concat([...pieces, tail]);
}

/**
 * Closes the file at the end, on error and when it is not read at all. A generator alone would
 * not do: ended before its first step, it skips its `finally`.
 */
export function fileInParts(
  file: ByteSource,
  ranges: readonly ByteRange[],
  multipart: Multipart,
): AsyncIterable<Uint8Array> {
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= file.close();
    return closing;
  };
  const pieces = piecesOf(file, ranges, multipart);
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          const step = await pieces.next();
          if (step.done === true) await close();
          return step;
        } catch (error) {
          await close();
          throw error;
        }
      },
      async return() {
        await pieces.return(undefined);
        await close();
        return { done: true, value: undefined };
      },
    }),
  };
}

const NOTHING = Buffer.alloc(0);
const PIECE_BYTES_MAX = 64 * 1024;

/** Each piece has memory of its own: the transport may still hold it when the next is read. */
async function* piecesOf(
  file: ByteSource,
  ranges: readonly ByteRange[],
  { heads, tail }: Multipart,
): AsyncGenerator<Uint8Array, undefined> {
  for (const [index, { start, length }] of ranges.entries()) {
    yield heads[index] ?? NOTHING;
    for (let sent = 0; sent < length; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES_MAX, length - sent));
      const read = await file.readAt(piece, start + sent);
      // Cut short meanwhile. Ending before the promised length makes the driver cut the connection.
      if (read === 0) return undefined;
      yield piece.subarray(0, read);
      sent += read;
    }
  }
  yield tail;
  return undefined;
}
