// A body that leaves no faster than so many bytes a second: limits.bandwidth. It leaves in pieces
// of a quarter of a second each, and each waits for its turn; so what one visitor takes is spread
// evenly, and the others find the line free in between.
//
// Time that the peer wasted is not made up for: after a pause it goes on at the same pace, not
// faster. The wait is the clock's, and there is none where no limit is set.

import type { Clock } from "../base/clock.ts";

const PIECES_PER_SEC = 4;

export class Pace {
  readonly #clock: Clock;
  readonly #bytesPerSec: number;
  /** When the next piece may leave. */
  #dueMs: number;

  constructor(clock: Clock, bytesPerSec: number) {
    this.#clock = clock;
    this.#bytesPerSec = bytesPerSec;
    this.#dueMs = clock.monotonicMs();
  }

  get pieceBytesMax(): number {
    return Math.max(1, Math.floor(this.#bytesPerSec / PIECES_PER_SEC));
  }

  /** Waits until a piece of so many bytes may leave; undefined: at once. */
  turn(bytes: number): Promise<void> | undefined {
    const nowMs = this.#clock.monotonicMs();
    const waitMs = this.#dueMs - nowMs;
    this.#dueMs = Math.max(this.#dueMs, nowMs) + (bytes * 1000) / this.#bytesPerSec;
    return waitMs > 0 ? this.#after(waitMs) : undefined;
  }

  #after(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#clock.every(ms, () => {
        stop();
        resolve();
      });
    });
  }
}
