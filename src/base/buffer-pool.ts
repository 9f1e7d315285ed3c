// Read buffers, lent and given back, so that sending a large file does not allocate it.
//
// Large buffers make large files cheap, but each slow reader holds two of them for as long as it
// likes. So past a number of buffers lent, small ones are lent: ten thousand slow readers then
// cost a few hundred megabytes, not five gigabytes. Small ones are not kept.

export interface BufferPoolOptions {
  readonly bufferBytes: number;
  /** Buffers that wait to be lent again; more are left to the garbage collector. */
  readonly keptMax: number;
  /** When this many are lent, the next ones are small. */
  readonly lentBeforeSmall: number;
  readonly smallBufferBytes: number;
}

// Measured: reading a large file costs 0.35 CPU seconds a GB from 256 KiB on, twice that at 64.
export const DEFAULT_BUFFER_POOL: BufferPoolOptions = {
  bufferBytes: 256 * 1024,
  keptMax: 64,
  lentBeforeSmall: 256,
  smallBufferBytes: 16 * 1024,
};

export class BufferPool {
  readonly #options: BufferPoolOptions;
  readonly #kept: Buffer[] = [];
  /** Weak: a buffer that is never given back is a pity, not a leak. */
  readonly #lent = new WeakSet<Buffer>();
  #lentCount = 0;

  constructor(options: BufferPoolOptions = DEFAULT_BUFFER_POOL) {
    this.#options = options;
  }

  /** How many are lent now. */
  get lentCount(): number {
    return this.#lentCount;
  }

  /** How many wait to be lent again. */
  get keptCount(): number {
    return this.#kept.length;
  }

  /** Holds whatever the last borrower left in it. */
  lend(): Buffer {
    const { bufferBytes, lentBeforeSmall, smallBufferBytes } = this.#options;
    const buffer =
      this.#lentCount < lentBeforeSmall
        ? (this.#kept.pop() ?? Buffer.allocUnsafeSlow(bufferBytes))
        : Buffer.allocUnsafeSlow(smallBufferBytes);
    this.#lent.add(buffer);
    this.#lentCount++;
    return buffer;
  }

  /**
   * The very buffer that was lent, not a part of it.
   * @throws Error for any other, and the second time: it would be lent to two at once
   */
  giveBack(buffer: Buffer): void {
    if (!this.#lent.delete(buffer)) throw new Error("a buffer is given back that is not lent");
    this.#lentCount--;
    const { bufferBytes, keptMax } = this.#options;
    if (buffer.length === bufferBytes && this.#kept.length < keptMax) this.#kept.push(buffer);
  }
}
