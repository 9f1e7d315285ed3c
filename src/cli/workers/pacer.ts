// Says something at once when nothing was said lately, and else a little later, once for all that
// has happened meanwhile. So a quiet server hears of a change in no time, and a busy one spends
// fifty messages a second on it and not one for each connection.

import type { Clock } from "../../base/clock.ts";

const PACE_MS = 20;

export class Pacer {
  readonly #clock: Clock;
  readonly #say: () => void;
  #stop: (() => void) | undefined;
  #isDue = false;

  constructor(clock: Clock, say: () => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** There is something to say. */
  due(): void {
    if (this.#stop !== undefined) {
      this.#isDue = true;
      return;
    }
    this.#stop = this.#clock.every(PACE_MS, () => this.#tick());
    this.#say();
  }

  #tick(): void {
    if (this.#isDue) {
      this.#isDue = false;
      this.#say();
      return;
    }
    this.#stop?.();
    this.#stop = undefined;
  }
}
