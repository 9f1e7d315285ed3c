// Read buffers, lent and given back, so that sending a large file does not allocate it.
//
// Large buffers make large files cheap, but a slow reader holds two of them for as long as it
// likes. So whoever borrows says how much it can use (pump.ts knows), and past a sum of bytes lent
// only the smallest size is lent. What all readers together can hold is therefore known:
// `lentBytesMax`, and twice the smallest size for each of them. With the sizes below that is 79 MiB
// for a thousand readers and 360 MiB for ten thousand, whatever they do.

export interface BufferPoolOptions {
  /** Sizes are this one, doubled and doubled again … */
  readonly bytesMin: number;
  /** … up to this one. */
  readonly bytesMax: number;
  /** When so much is lent, the next ones are of the smallest size. */
  readonly lentBytesMax: number;
  /** Of buffers that wait to be lent again; more is left to the garbage collector. */
  readonly keptBytesMax: number;
}

const KIB = 1024;

// Measured against nginx (CPU per byte of 1 GiB): 64 KiB 0.45, 128 KiB 0.67, 256 KiB 0.81, 512 KiB
// 0.83, 1 MiB 0.72. Each read crosses to another thread and back; beyond 512 KiB two buffers no
// longer fit into the processor's cache.
const DEFAULT_BUFFER_POOL: BufferPoolOptions = {
  bytesMin: 16 * KIB,
  bytesMax: 512 * KIB,
  lentBytesMax: 48 * KIB * KIB,
  keptBytesMax: 16 * KIB * KIB,
};

export class BufferPool {
  readonly #options: BufferPoolOptions;
  /** By size. */
  readonly #kept: Map<number, Buffer[]> = new Map();
  #keptBytes = 0;
  /** Weak: a buffer that is never given back is a pity, not a leak. */
  readonly #lent = new WeakSet<Buffer>();
  #lentBytes = 0;

  constructor(options: BufferPoolOptions = DEFAULT_BUFFER_POOL) {
    this.#options = options;
  }

  /** What is lent now. */
  get lentBytes(): number {
    return this.#lentBytes;
  }

  /** What waits to be lent again. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /**
   * A buffer for so many bytes; a smaller one when there is none so large, or when much is lent.
   * Holds whatever the last borrower left in it.
   */
  lend(bytes: number): Buffer {
    const size = this.#sizeFor(bytes);
    const kept = this.#kept.get(size)?.pop();
    if (kept !== undefined) this.#keptBytes -= size;
    const buffer = kept ?? Buffer.allocUnsafeSlow(size);
    this.#lent.add(buffer);
    this.#lentBytes += size;
    return buffer;
  }

  /**
   * The very buffer that was lent, not a part of it.
   * @throws Error for any other, and the second time: it would be lent to two at once
   */
  giveBack(buffer: Buffer): void {
    if (!this.#lent.delete(buffer)) throw new Error("a buffer is given back that is not lent");
    const size = buffer.length;
    this.#lentBytes -= size;
    if (this.#keptBytes + size > this.#options.keptBytesMax) return;
    this.#keptBytes += size;
    const sameSize = this.#kept.get(size);
    if (sameSize === undefined) this.#kept.set(size, [buffer]);
    else sameSize.push(buffer);
  }

  #sizeFor(bytes: number): number {
    const { bytesMin, bytesMax, lentBytesMax } = this.#options;
    let size = bytesMin;
    while (size < bytes && size < bytesMax) size *= 2;
    return this.#lentBytes + size > lentBytesMax ? bytesMin : size;
  }
}
