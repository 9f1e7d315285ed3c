// The primary's side of the counts that all workers share: knows what each has, and tells each
// what all the others have together. When a worker is gone, so are its counts.

import type { Clock } from "../../base/clock.ts";
import type { Counts } from "./messages.ts";
import { Pacer } from "./pacer.ts";

interface Worker {
  readonly own: Map<string, number>;
  readonly tell: (others: Counts) => void;
}

export class CountBoard {
  readonly #workers: Map<number, Worker> = new Map();
  readonly #sums: Map<string, number> = new Map();
  readonly #changed: Set<string> = new Set();
  readonly #pacer: Pacer;

  constructor(clock: Clock) {
    this.#pacer = new Pacer(clock, () => this.#tellAll());
  }

  /** Of all workers together. */
  sumOf(key: string): number {
    return this.#sums.get(key) ?? 0;
  }

  /** A newcomer is told at once what is there already. */
  join(worker: number, tell: (others: Counts) => void): void {
    this.#workers.set(worker, { own: new Map(), tell });
    if (this.#sums.size > 0) tell([...this.#sums]);
  }

  leave(worker: number): void {
    const left = this.#workers.get(worker);
    if (left === undefined) return;
    this.#workers.delete(worker);
    for (const [key, count] of left.own) this.#add(key, -count);
    if (this.#changed.size > 0) this.#pacer.due();
  }

  hear(worker: number, counts: Counts): void {
    const own = this.#workers.get(worker)?.own;
    // Its last words may arrive after its end.
    if (own === undefined) return;
    for (const [key, count] of counts) {
      this.#add(key, count - (own.get(key) ?? 0));
      if (count > 0) own.set(key, count);
      else own.delete(key);
    }
    if (this.#changed.size > 0) this.#pacer.due();
  }

  #add(key: string, difference: number): void {
    if (difference === 0) return;
    const sum = (this.#sums.get(key) ?? 0) + difference;
    if (sum > 0) this.#sums.set(key, sum);
    else this.#sums.delete(key);
    this.#changed.add(key);
  }

  #tellAll(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const { own, tell } of this.#workers.values()) {
      tell(changed.map((key) => [key, (this.#sums.get(key) ?? 0) - (own.get(key) ?? 0)] as const));
    }
  }
}
