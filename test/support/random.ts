// Seeded randomness: the same numbers on every run, so that a failure can be looked at twice.

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** Up to `lengthMax` bytes of any value. */
  bytes(lengthMax: number): Buffer;
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0 || 1;
  // xorshift32 (Marsaglia, 2003).
  const below = (limit: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % limit;
  };
  return {
    below,
    pick: ([first, ...others]) => others[below(others.length + 1) - 1] ?? first,
    bytes: (lengthMax) =>
      Buffer.from(Array.from({ length: below(lengthMax + 1) }, () => below(256))),
  };
}
