// Bytes readable at any offset: an open file, a remote file, a buffer. The other narrow word of
// the house: whoever sends a body knows nothing else of where its bytes live.

export interface ByteSource {
  /**
   * Fills `target` from `position` on, as far as bytes are there; resolves to how many were read,
   * which may be fewer than asked for; 0 only at the end.
   * @param position offset in bytes, up to 2^53 - 1
   */
  readAt(target: Uint8Array, position: number): Promise<number>;
  /** Whoever sends a body closes it: on success, on error, and when the peer goes away. */
  close(): Promise<void>;
}

/** A buffer as a ByteSource; closing it does nothing. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    readAt(target, position) {
      const piece = bytes.subarray(position, position + target.length);
      target.set(piece);
      return Promise.resolve(piece.length);
    },
    close: () => Promise.resolve(),
  };
}
