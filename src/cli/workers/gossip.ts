// A worker's side of the counts that all workers share: tells the primary what has changed here,
// and keeps what it hears of the others. Said at once when nothing was said lately, else 20 ms
// after the last word, with everything in between in one message; the primary passes it on in the
// same way (count-board.ts). So a count of others is at most 40 ms old, and a limit that all share
// may be passed by what comes in that time.

import type { Clock } from "../../base/clock.ts";
import type { SharedCounts } from "../../base/shared-counts.ts";
import type { Counts } from "./messages.ts";
import { Pacer } from "./pacer.ts";

/** The name under which the sum of all keys is told: no key is empty. */
export const TOTAL = "";

export class Gossip implements SharedCounts {
  readonly #own: Map<string, number> = new Map();
  readonly #others: Map<string, number> = new Map();
  readonly #changed: Set<string> = new Set();
  readonly #pacer: Pacer;

  constructor(clock: Clock, tell: (counts: Counts) => void) {
    this.#pacer = new Pacer(clock, () => {
      const counts = [...this.#changed].map((key) => [key, this.#own.get(key) ?? 0] as const);
      this.#changed.clear();
      tell(counts);
    });
  }

  others(): number {
    return this.othersOf(TOTAL);
  }

  othersOf(key: string): number {
    return this.#others.get(key) ?? 0;
  }

  changed(key: string, own: number): void {
    const total = (this.#own.get(TOTAL) ?? 0) + own - (this.#own.get(key) ?? 0);
    this.#set(TOTAL, total);
    this.#set(key, own);
    this.#pacer.due();
  }

  /** What the others have together has become this. */
  hear(counts: Counts): void {
    for (const [key, count] of counts) {
      if (count > 0) this.#others.set(key, count);
      else this.#others.delete(key);
    }
  }

  #set(key: string, count: number): void {
    if (count > 0) this.#own.set(key, count);
    else this.#own.delete(key);
    this.#changed.add(key);
  }
}
