// Every target for a while, from the same seeds each time: what is found here, is found by
// everybody. `npm run fuzz` goes on where this ends.

import { test } from "node:test";
import { FUZZ_TARGETS } from "./targets/all.ts";

const RUNS = Number(process.env.FERROX_FUZZ_RUNS ?? 20_000);

for (const target of FUZZ_TARGETS) {
  test(`${RUNS} inputs keep the claims of the target "${target.name}"`, async () => {
    for (let seed = 0; seed < RUNS; seed++) {
      try {
        const verdict = target.run(seed);
        if (verdict !== undefined) await verdict;
      } catch (error) {
        throw new Error(`seed ${seed}: ${target.shown(seed)}`, { cause: error });
      }
    }
  });
}
