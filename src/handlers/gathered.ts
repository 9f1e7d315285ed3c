// Many small pieces as few larger ones: archives are full of heads of a few hundred bytes, and each
// piece of a body is a write of its own. Pieces that are large already pass as they are.

const PIECE_BYTES = 64 * 1024;
/** Copying more than so much costs more than a write. */
const SMALL_BYTES = 16 * 1024;

/** What comes out has memory of its own. Ends `pieces` when it is ended. */
export async function* gathered(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  let buffer = Buffer.allocUnsafe(PIECE_BYTES);
  let length = 0;
  for await (const piece of pieces) {
    const isSmall = piece.length <= SMALL_BYTES;
    if (length > 0 && (!isSmall || length + piece.length > PIECE_BYTES)) {
      yield buffer.subarray(0, length);
      buffer = Buffer.allocUnsafe(PIECE_BYTES);
      length = 0;
    }
    if (isSmall) {
      buffer.set(piece, length);
      length += piece.length;
    } else {
      yield piece;
    }
  }
  if (length > 0) yield buffer.subarray(0, length);
}
