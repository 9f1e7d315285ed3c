// One after the other: what must look first and act then, with a wait in between, and with nobody
// else acting meanwhile.

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Acts when all that came before has ended, however it ended. */
  take<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(act, act);
    // The next one waits for the end, not for success.
    this.#last = turn.catch(nobodyMinds);
    return turn;
  }
}

/** Whoever took the turn is told; those behind it only wait. */
function nobodyMinds(): void {}
