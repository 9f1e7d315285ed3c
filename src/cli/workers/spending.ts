// What clients have spent at one worker on its way to the others: gathered for as long as gossip.ts
// waits too, told as so many more, and passed on by the primary in the same way. A worker that dies
// takes nothing back: what was spent was spent.

import type { Clock } from "../../base/clock.ts";
import type { HearSpent, SharedSpending } from "../../base/shared-spending.ts";
import type { Counts } from "./messages.ts";
import { Pacer } from "./pacer.ts";

/** A worker's side. */
export class Spending implements SharedSpending {
  readonly #gathered: Gathered;
  #hear: HearSpent = () => {};

  constructor(clock: Clock, tell: (counts: Counts) => void) {
    this.#gathered = new Gathered(clock, tell);
  }

  spent(client: string): void {
    this.#gathered.add([[client, 1]]);
  }

  hearWith(hear: HearSpent): void {
    this.#hear = hear;
  }

  hear(counts: Counts): void {
    for (const [client, count] of counts) this.#hear(client, count);
  }
}

/** The primary's side. */
export class SpendingBoard {
  readonly #clock: Clock;
  readonly #members: Map<number, Gathered> = new Map();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  join(worker: number, tell: (counts: Counts) => void): void {
    this.#members.set(worker, new Gathered(this.#clock, tell));
  }

  leave(worker: number): void {
    this.#members.delete(worker);
  }

  hear(worker: number, counts: Counts): void {
    for (const [other, gathered] of this.#members) {
      if (other !== worker) gathered.add(counts);
    }
  }
}

class Gathered {
  readonly #counts: Map<string, number> = new Map();
  readonly #pacer: Pacer;

  constructor(clock: Clock, tell: (counts: Counts) => void) {
    this.#pacer = new Pacer(clock, () => {
      const counts = [...this.#counts];
      this.#counts.clear();
      tell(counts);
    });
  }

  add(counts: Counts): void {
    for (const [client, count] of counts) {
      this.#counts.set(client, (this.#counts.get(client) ?? 0) + count);
    }
    this.#pacer.due();
  }
}
