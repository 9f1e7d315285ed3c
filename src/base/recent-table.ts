// A bounded table of things that come again, found by a hash that the caller has made on the way.
// A thing may stand in one of two places and nowhere else, so that looking for it never costs more
// than two comparisons, whoever chose the hashes.
//
// What comes once is not let in: a hash must have been seen lately before anything is stored. So
// whoever asks for a million names that nobody else asks for stores nothing, and drives out nothing.

export class RecentTable<Value> {
  readonly #values: (Value | undefined)[];
  readonly #mask: number;
  /** One bit for each hash that was seen, more or less: two that share one let each other in. */
  readonly #seen: Uint8Array;
  #seenCount = 0;
  #turnedAway = 0;

  /** @param sizeMax a power of two */
  constructor(sizeMax: number) {
    this.#values = new Array<Value | undefined>(sizeMax).fill(undefined);
    this.#seen = new Uint8Array(sizeMax);
    this.#mask = sizeMax - 1;
  }

  /** What stands in the first of the two places: the caller compares. */
  first(hash: number): Value | undefined {
    return this.#values[hash & this.#mask];
  }

  second(hash: number): Value | undefined {
    return this.#values[(hash & this.#mask) ^ 1];
  }

  /** Whether the hash was seen before, and lately; from now on it was. */
  recurs(hash: number): boolean {
    const place = (hash >>> 3) & this.#mask;
    const seen = this.#seen[place] ?? 0;
    const bit = 1 << (hash & 7);
    if ((seen & bit) !== 0) return true;
    if (this.#seenCount === this.#seen.length) {
      this.#seen.fill(0);
      this.#seenCount = 0;
    }
    this.#seenCount++;
    this.#seen[place] = (this.#seen[place] ?? 0) | bit;
    return false;
  }

  /**
   * Says whether it was let in. Where both places are taken one in eight is: three that take turns
   * must not all miss.
   */
  put(hash: number, value: Value): boolean {
    const place = hash & this.#mask;
    const before = this.#values[place];
    if (before !== undefined) {
      if (this.#values[place ^ 1] !== undefined && (++this.#turnedAway & 7) !== 0) {
        return false;
      }
      this.#values[place ^ 1] = before;
    }
    this.#values[place] = value;
    return true;
  }
}
