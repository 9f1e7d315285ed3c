// Figures of all workers, when one of them is asked: the primary asks the others, waits a second
// at most, and adds what those have counted who are no more, so that no counter ever goes down.
// Of a worker that was killed it knows what it was last told.

import type { Clock } from "../../base/clock.ts";
import { isSnapshot, mergeSnapshots, remainsOf, type Snapshot } from "../../logging/snapshot.ts";
import type { ToWorker } from "./messages.ts";

/** Whoever is asked, as far as that matters here. */
export interface Teller {
  readonly number: number;
  tell(message: ToWorker): void;
}

const PATIENCE_MS = 1_000;

interface Round {
  readonly awaited: Set<number>;
  over(): void;
}

export class Figures {
  readonly #clock: Clock;
  /** What each was last heard to say. */
  readonly #last: Map<number, Snapshot> = new Map();
  readonly #rounds: Map<number, Round> = new Map();
  #lastRound = 0;
  #remains: Snapshot = {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of all of these, and of those before them. Whoever does not answer stands as he last did. */
  async collect(tellers: Iterable<Teller>): Promise<readonly Snapshot[]> {
    const asked = [...tellers];
    const round = this.#newRound(asked);
    await round;
    const heard = asked.map(({ number }) => this.#last.get(number) ?? {});
    return [this.#remains, ...heard];
  }

  /** @param question 0: it was not asked, but is about to end */
  hear(number: number, question: number, figures: unknown): void {
    if (isSnapshot(figures)) this.#last.set(number, figures);
    this.#answered(number, question);
  }

  leave(number: number): void {
    const last = this.#last.get(number);
    this.#last.delete(number);
    if (last !== undefined) this.#remains = mergeSnapshots([this.#remains, remainsOf(last)]);
    for (const question of this.#rounds.keys()) this.#answered(number, question);
  }

  #newRound(asked: readonly Teller[]): Promise<void> {
    this.#lastRound += 1;
    const question = this.#lastRound;
    return new Promise((resolve) => {
      const stop = this.#clock.every(PATIENCE_MS, () => over());
      const over = () => {
        stop();
        this.#rounds.delete(question);
        resolve();
      };
      this.#rounds.set(question, { awaited: new Set(asked.map(({ number }) => number)), over });
      for (const teller of asked) teller.tell({ kind: "tell figures", question });
      if (asked.length === 0) over();
    });
  }

  #answered(number: number, question: number): void {
    const round = this.#rounds.get(question);
    round?.awaited.delete(number);
    if (round?.awaited.size === 0) round.over();
  }
}
