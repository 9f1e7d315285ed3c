// One timer for all connections. A timer per socket costs a microsecond whenever it is moved;
// here moving a deadline is storing a number, and twice a second everybody's number is looked at.
// So a deadline is noticed up to half a second late, never early.

import type { Clock } from "../base/clock.ts";

export interface Expirable {
  /** On the monotonic clock; Infinity: none. */
  readonly deadlineMs: number;
  /** Bytes are on the way out and somebody waits for them: look even before the deadline. */
  readonly sending: boolean;
  /** The deadline has passed, or bytes are on the way out. */
  look(nowMs: number): void;
}

const SWEEP_MS = 500;

export class Deadlines {
  readonly clock: Clock;
  readonly #watched: Set<Expirable> = new Set();
  #stop: (() => void) | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Until remove(). With nobody to watch there is no timer either. */
  add(expirable: Expirable): void {
    this.#watched.add(expirable);
    this.#stop ??= this.clock.every(SWEEP_MS, () => this.#sweep());
  }

  remove(expirable: Expirable): void {
    this.#watched.delete(expirable);
    if (this.#watched.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #sweep(): void {
    const nowMs = this.clock.monotonicMs();
    for (const expirable of this.#watched) {
      if (expirable.sending || nowMs >= expirable.deadlineMs) expirable.look(nowMs);
    }
  }
}
