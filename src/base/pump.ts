// A stretch of a ByteSource as chunks, read one buffer ahead: while one chunk is on its way out,
// the next is being read.
//
// Never gives more than was asked for. Gives less when the source ends early (a file truncated
// while it is sent): `missing` tells, and then a connection must be cut, for the length has been
// promised and padding would be a lie.

import type { BufferPool } from "./buffer-pool.ts";
import type { ByteSource } from "./byte-source.ts";

/**
 * To be walked once. A chunk is BORROWED until the next one is asked for: with `for await`, until
 * the loop body has ended. Leaving the loop early waits for the read under way, so that
 * afterwards nobody writes into a buffer that is lent to somebody else. The source stays open.
 */
export interface Pump extends AsyncIterable<Uint8Array> {
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void>;
  /** Bytes asked for that have not been given yet; above 0 at the end, the source ended early. */
  readonly missing: number;
}

/** `length` bytes of `source` from `start` on. What readAt() throws comes out of the iteration. */
export function pump(source: ByteSource, start: number, length: number, pool: BufferPool): Pump {
  return new ReadAhead(source, start, length, pool);
}

/** A read under way, and the buffer that it fills. */
interface Reading {
  readonly buffer: Buffer;
  readonly done: Promise<number>;
}

class ReadAhead implements Pump {
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #pool: BufferPool;
  #position: number;
  #reading: Reading | undefined;

  constructor(source: ByteSource, start: number, length: number, pool: BufferPool) {
    this.#source = source;
    this.#position = start;
    this.#end = start + length;
    this.#pool = pool;
  }

  get missing(): number {
    return this.#end - this.#position;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      this.#readOn();
      while (this.#reading !== undefined) {
        const { buffer, done } = this.#reading;
        const count = await done;
        if (count === 0) return;
        this.#position += count;
        this.#reading = undefined;
        try {
          this.#readOn();
          yield buffer.subarray(0, count);
        } finally {
          this.#pool.giveBack(buffer);
        }
      }
    } finally {
      await this.#settle();
    }
  }

  /** Starts to read what comes next, if anything does. */
  #readOn(): void {
    if (this.missing === 0) return;
    const buffer = this.#pool.lend();
    const target = this.missing < buffer.length ? buffer.subarray(0, this.missing) : buffer;
    const done = this.#read(target, this.#position);
    // It may fail while the chunk before is still being written, when nobody is listening yet.
    // The failure is not lost: whoever asks for the next chunk gets it.
    done.catch(() => {});
    this.#reading = { buffer, done };
  }

  async #read(target: Uint8Array, position: number): Promise<number> {
    const count = await this.#source.readAt(target, position);
    if (count > target.length) throw new Error("a source says it has read more than was asked for");
    return count;
  }

  /** Gives back the buffer of a read that nobody will ask for, when it is over. */
  async #settle(): Promise<void> {
    if (this.#reading === undefined) return;
    const { buffer, done } = this.#reading;
    this.#reading = undefined;
    await done.then(ignore, ignore);
    this.#pool.giveBack(buffer);
  }
}

function ignore(): void {}
