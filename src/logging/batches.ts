// Lines as bytes, gathered until many of them leave with one write. Whoever can write a line as
// bytes does so in place; a line kept as text is a tree of pieces that the garbage collector carries
// about until the line leaves, which was half of what sixteen pipelined requests cost.
//
// A batch that is nearly full leaves in the memory it was gathered in, which comes back when it is
// written; a small one is copied, so that a line an hour does not take 64 KiB with it.

export interface Batch {
  readonly bytes: Buffer;
  readonly lines: number;
}

/** As soon as so much is there, it should leave. */
export const BATCH_BYTES: number = 64 * 1024;
/** Longer lines are batches of their own. */
export const LINE_BYTES_MAX: number = 8 * 1024;
const ROOM_BYTES = BATCH_BYTES + LINE_BYTES_MAX;
/** Kept for later while nothing is written; a busy log has one in use and one on its way. */
const SPARES_MAX = 2;

export class Batches {
  /** Where a line of LINE_BYTES_MAX fits behind `at`; whoever writes it says so by wrote(). */
  room: Buffer = Buffer.allocUnsafeSlow(ROOM_BYTES);
  at = 0;
  #lines = 0;
  readonly #spares: Buffer[] = [];
  readonly #waiting: Batch[] = [];

  get isFull(): boolean {
    return this.at >= BATCH_BYTES;
  }

  /** A line stands in the room, up to `end`. */
  wrote(end: number): void {
    this.at = end;
    this.#lines++;
  }

  /** @param bytes as many as its UTF-8 has */
  write(line: string, bytes: number): void {
    if (bytes <= LINE_BYTES_MAX) {
      this.wrote(this.at + this.room.write(line, this.at));
      return;
    }
    this.seal();
    this.#waiting.push({ bytes: Buffer.from(line), lines: 1 });
  }

  /** What was gathered waits to leave from now on. */
  seal(): void {
    if (this.at === 0) return;
    const bytes = this.room.subarray(0, this.at);
    const isOwn = this.at >= BATCH_BYTES / 2;
    this.#waiting.push({ bytes: isOwn ? bytes : Buffer.from(bytes), lines: this.#lines });
    if (isOwn) this.room = this.#spares.pop() ?? Buffer.allocUnsafeSlow(ROOM_BYTES);
    this.at = 0;
    this.#lines = 0;
  }

  next(): Batch | undefined {
    return this.#waiting.shift();
  }

  /** All that waits. */
  rest(): Batch[] {
    return this.#waiting.splice(0);
  }

  /** What is left of a batch that could not be written whole; it comes first again. */
  unsent({ bytes }: Batch, taken: number): void {
    const left = bytes.subarray(taken);
    this.#waiting.unshift({ bytes: left, lines: linesIn(left) });
  }

  /** Nobody reads its bytes any more. */
  written({ bytes }: Batch): void {
    const isRoom = bytes.buffer.byteLength === ROOM_BYTES && bytes.byteOffset === 0;
    if (isRoom && this.#spares.length < SPARES_MAX) this.#spares.push(Buffer.from(bytes.buffer));
  }
}

export function linesOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, batch) => sum + batch.lines, 0);
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (const byte of bytes) if (byte === LINE_FEED) lines++;
  return lines;
}

const LINE_FEED = 0x0a;
