// range.ts against the slow reading of range-reference.ts: the same pieces, in the same order.
// Seeded; FERROX_FUZZ_RUNS raises the number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf } from "../../src/http/fields.ts";
import { chooseRange, type RangeChoice } from "../../src/http/range.ts";
import { type Random, randomFrom } from "../support/random.ts";
import { rangeByTheBook } from "./range-reference.ts";

const RUNS = Number(process.env.FERROX_FUZZ_RUNS ?? 2_000);
const RANGES_MAX = 5;

const ODD = [
  ...["", " ", "-", "--1", "1", "x", "1-x", "x-1", "2-1", "1 -2", "1- 2", "\t3-4 ", "+1-2", "1--2"],
  ...["-1-", "1-2-3", "0x1-2", "1e1-", "\xa01-2", "1;2-3", "=1-2", "-0", "-000", "00-00", "007-"],
  ...[
    "9007199254740991-",
    "9007199254740993-9007199254740992",
    `-${"9".repeat(40)}`,
    `0-${"9".repeat(400)}`,
  ],
] as const;
const UNITS = [
  "bytes=",
  "bytes=",
  "bytes=",
  "bytes=",
  "bytes=",
  "Bytes=",
  "bytes =",
  "byte=",
  "",
  "bytes",
] as const;

function element(random: Random, size: number): string {
  const reach = size + 4;
  const first = random.below(reach);
  const [odd, ...others] = ODD;
  switch (random.below(9)) {
    case 0:
      return random.pick([odd, ...others]);
    case 1:
    case 2:
      return `-${random.below(reach)}`;
    case 3:
      return `${first}-`;
    case 4:
      return `${first}-${random.below(reach)}`;
    default:
      return `${first}-${first + random.below(5)}`;
  }
}

function field(random: Random, size: number): string {
  const count = 1 + random.below(RANGES_MAX + 2);
  const elements = Array.from({ length: count }, () => element(random, size));
  return random.pick(UNITS) + elements.join(random.pick([",", ",", ", ", " ,\t", ",,"]));
}

test(`${RUNS} sets of ranges are understood as in a slow reading of the RFC`, () => {
  const kinds = new Map<RangeChoice["kind"], number>();
  for (let seed = 1; seed <= RUNS; seed++) {
    const random = randomFrom(seed * 7919);
    const size = random.pick([0, 1, 2, 10, 40, 100]);
    const range = field(random, size);
    const choice = chooseRange({
      method: "GET",
      fields: fieldsOf([["Range", range]]),
      size,
      validators: { etag: undefined, lastModifiedMs: undefined },
      nowMs: 0,
      limits: { rangesMax: RANGES_MAX },
    });
    assert.deepEqual(
      choice,
      rangeByTheBook(range, size, RANGES_MAX),
      `seed ${seed}: ${range} of ${size}`,
    );
    kinds.set(choice.kind, (kinds.get(choice.kind) ?? 0) + 1);
  }
  for (const kind of ["whole", "one", "many", "unsatisfiable"] as const) {
    const count = kinds.get(kind) ?? 0;
    assert.ok(count > RUNS / 50, `${kind} came only ${count} times`);
  }
});
