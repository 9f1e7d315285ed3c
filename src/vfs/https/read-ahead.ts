// Reading from far away in larger pieces than are asked for, so that small reads one after the other
// do not cost a round trip each. Whoever goes on where the last read ended gets a window that
// doubles, and the piece behind it is on its way while this one is used up. Whoever jumps gets what
// was asked for and no more. Two pieces are kept, and nothing after closing.

import type { ByteSource } from "../../base/byte-source.ts";

export interface ReadAheadOptions {
  /** As it was when the file was opened: nothing behind it is asked for. */
  readonly size: number;
  /** The first window; it doubles up to pieceBytesMax. */
  readonly windowBytes: number;
  readonly pieceBytesMax: number;
  /** From `position` on; may give fewer bytes than asked for, none only at the end. */
  readonly fetch: (position: number, length: number) => Promise<Uint8Array>;
}

interface Piece {
  readonly start: number;
  /** What was asked for, until it is known what came. */
  end: number;
  readonly bytes: Promise<Uint8Array>;
}

const PIECES_MAX = 2;

export class ReadAhead implements ByteSource {
  readonly #options: ReadAheadOptions;
  #pieces: readonly Piece[] = [];
  #window: number;
  /** Where somebody who goes on reading would read next. */
  #next = 0;
  #isClosed = false;

  constructor(options: ReadAheadOptions) {
    this.#options = options;
    this.#window = options.windowBytes;
  }

  async readAt(target: Uint8Array, position: number): Promise<number> {
    this.#refuseClosed();
    const end = Math.min(position + target.length, this.#options.size);
    const goesOn = position === this.#next;
    if (!goesOn) this.#window = this.#options.windowBytes;
    let at = position;
    while (at < end) {
      const piece = this.#piece(at, goesOn ? Math.max(end - at, this.#window) : end - at);
      const bytes = await piece.bytes;
      this.#refuseClosed();
      const part = bytes.subarray(at - piece.start, at - piece.start + end - at);
      // The file has become shorter since it was opened.
      if (part.length === 0) break;
      target.set(part, at - position);
      at += part.length;
      // Not for the first read: many look at the head of a file and at nothing else.
      if (goesOn && position > 0) this.#fetchBehind(piece);
    }
    this.#next = at;
    return at - position;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#pieces = [];
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw new Error("a file is read after it was closed");
  }

  #piece(at: number, length: number): Piece {
    return (
      this.#pieces.find(({ start, end }) => start <= at && at < end) ?? this.#begin(at, length)
    );
  }

  #begin(start: number, wanted: number): Piece {
    const { size, pieceBytesMax, fetch } = this.#options;
    const length = Math.min(wanted, pieceBytesMax, size - start);
    const bytes = fetch(start, length);
    const piece: Piece = { start, end: start + length, bytes };
    this.#pieces = [...this.#pieces.slice(1 - PIECES_MAX), piece];
    bytes.then(
      (came) => {
        piece.end = start + came.length;
      },
      // Whoever waits for it is told; who comes later asks anew.
      () => {
        this.#pieces = this.#pieces.filter((kept) => kept !== piece);
      },
    );
    return piece;
  }

  /** One request ahead of the piece that is being used, and no further. */
  #fetchBehind({ end }: Piece): void {
    if (this.#pieces.some(({ start }) => start === end) || end >= this.#options.size) return;
    this.#window = Math.min(2 * this.#window, this.#options.pieceBytesMax);
    this.#begin(end, this.#window);
  }
}
