// A stretch of a ByteSource as chunks, read one buffer ahead: while one chunk is on its way out,
// the next is being read.
//
// How large a chunk is follows the reader: as much as it takes in something like a tenth of a
// second. A quick one gets half a mebibyte at a time, which is what makes large files cheap; a
// slow one does not hold a mebibyte of ours for as long as it pleases.
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
  /** How long the last chunk took to leave: decides how large those after the next one are. */
  took(ms: number): void;
}

export interface Stretch {
  readonly source: ByteSource;
  readonly start: number;
  readonly length: number;
}

/**
 * The bytes of a stretch. What readAt() throws comes out of the iteration.
 * @param chunkBytesMax for those who may not send more at a time
 */
export function pump(
  stretch: Stretch,
  pool: BufferPool,
  chunkBytesMax: number = Number.POSITIVE_INFINITY,
): Pump {
  return new ReadAhead(stretch, pool, chunkBytesMax);
}

/** Of the first chunk, when nothing is known of the reader yet. */
const FIRST_BYTES = 128 * 1024;
const LEAST_BYTES = 16 * 1024;
const MOST_BYTES = 512 * 1024;

/**
 * So much our kernel takes at once for a reader who takes nothing (Linux, tcp_wmem): until more has
 * left, nobody has been quick. Otherwise sixty readers who stand still would be lent 60 MiB.
 */
const UNTOLD_BYTES = 4 * 1024 * 1024;

/** A chunk that left sooner could have been larger; one that took longer was too large. */
const QUICK_MS = 50;
const SLOW_MS = 250;

/** A read under way, and the buffer that it fills. */
interface Reading {
  readonly buffer: Buffer;
  readonly done: Promise<number>;
}

class ReadAhead implements Pump {
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #end: number;
  readonly #pool: BufferPool;
  readonly #chunkBytesMax: number;
  #chunkBytes = FIRST_BYTES;
  #position: number;
  #reading: Reading | undefined;

  constructor({ source, start, length }: Stretch, pool: BufferPool, chunkBytesMax: number) {
    this.#source = source;
    this.#start = start;
    this.#position = start;
    this.#end = start + length;
    this.#pool = pool;
    this.#chunkBytesMax = chunkBytesMax;
  }

  get missing(): number {
    return this.#end - this.#position;
  }

  took(ms: number): void {
    const isTold = this.#position - this.#start > UNTOLD_BYTES;
    if (ms < QUICK_MS && isTold) this.#chunkBytes = Math.min(MOST_BYTES, this.#chunkBytes * 2);
    else if (ms > SLOW_MS) this.#chunkBytes = Math.max(LEAST_BYTES, this.#chunkBytes / 2);
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
    const wanted = Math.min(this.missing, this.#chunkBytes, this.#chunkBytesMax);
    const buffer = this.#pool.lend(wanted);
    const target = wanted < buffer.length ? buffer.subarray(0, wanted) : buffer;
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
