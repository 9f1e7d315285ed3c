// What a fuzz target is: one reader of strangers' input, asked again and again. A seed is one
// input and one verdict, the same on every machine, so a failure is told by a number.
// Run by fuzz.test.ts (some of them, in every test run) and by tools/fuzz.mjs (as many as you like).

export interface FuzzTarget {
  /** One word, for the command line. */
  readonly name: string;
  /** The input of a seed, as it can be pasted into a test. */
  shown(seed: number): string;
  /** Throws, or rejects, when a claim does not hold for the input of this seed. */
  run(seed: number): void | Promise<void>;
}
