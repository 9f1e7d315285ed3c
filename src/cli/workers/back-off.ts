// How long to wait before a worker that died is replaced. One that has served for a while died by
// accident, and its place is filled at once; one that dies while it starts, or hardly later, would
// do so again, and a machine busy with starting serves nobody.

/** A life shorter than this counts as none. */
const SHORT_LIFE_MS = 1_000;
const FIRST_MS = 100;
const LONGEST_MS = 30_000;

export class BackOff {
  #nextMs = FIRST_MS;

  /** @param lived from its start to its end, and whether it ever came to accept connections */
  delayAfter(lived: { readonly ms: number; readonly hasServed: boolean }): number {
    if (lived.hasServed && lived.ms >= SHORT_LIFE_MS) {
      this.#nextMs = FIRST_MS;
      return 0;
    }
    const delayMs = this.#nextMs;
    this.#nextMs = Math.min(delayMs * 2, LONGEST_MS);
    return delayMs;
  }
}
