// A body that lies in memory and is too large to be given away in one go: piece by piece, as fast as
// the peer takes it. A plain socket keeps what it is given without a copy, so pieces may be large, and
// each costs a way through the event loop; under TLS a piece is encrypted at once, and lies there a
// second time for every peer that reads slowly.

import type { ByteStream } from "../base/byte-stream.ts";
import type { Progress } from "./response-body.ts";

/** Up to here a body joins the burst whole. */
export const AT_ONCE_BYTES_MAX: number = 128 * 1024;

/** undefined: all of it is on its way. */
export function sendLargeBytes(
  stream: ByteStream,
  head: Uint8Array,
  bytes: Uint8Array,
  progress: Progress,
): Promise<void> | undefined {
  for (let first: Uint8Array | undefined = head; ; first = undefined) {
    const slow = sendPiece(stream, first, bytes, progress);
    if (progress.complete) return slow;
    if (slow !== undefined) return sendRest(stream, bytes, progress, slow);
  }
}

async function sendRest(
  stream: ByteStream,
  bytes: Uint8Array,
  progress: Progress,
  before: Promise<void>,
): Promise<void> {
  await before;
  while (!progress.complete) await sendPiece(stream, undefined, bytes, progress);
}

function sendPiece(
  stream: ByteStream,
  head: Uint8Array | undefined,
  bytes: Uint8Array,
  progress: Progress,
): Promise<void> | undefined {
  const length = stream.pieceBytes ?? AT_ONCE_BYTES_MAX;
  const piece = bytes.subarray(progress.bodyBytes, progress.bodyBytes + length);
  const slow = stream.write(head === undefined ? [piece] : [head, piece]);
  progress.bodyBytes += piece.length;
  progress.complete = progress.bodyBytes === bytes.length;
  return slow;
}
