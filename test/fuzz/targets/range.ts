// Range fields: the same pieces as the slow reading of the RFC finds, never beyond the end, never
// a byte twice.

import assert from "node:assert/strict";
import { fieldsOf } from "../../../src/http/fields.ts";
import { chooseRange, contentRange, type RangeChoice } from "../../../src/http/range.ts";
import { rangeByTheBook } from "../../oracles/range-reference.ts";
import { type Material, mutated, randomOf } from "../mutation.ts";
import type { FuzzTarget } from "../target.ts";

const MATERIAL: Material = {
  corpus: [
    ...(["bytes=0-0", "bytes=0-4", "bytes=-3", "bytes=5-", "bytes=2-3,7-9", "Bytes=1-1"] as const),
    ...["bytes=0-1, 4-5 ,\t8-", "bytes=0-9,0-9,0-9", "bytes=9-20", "bytes=-0", "bytes=,1-2,,3-4,"],
    ...["bytes=18446744073709551615-", "bytes=0-9007199254740993", "bytes=5-3", "lines=1-2"],
  ],
  words: [
    ...(["bytes=", "-", ",", "0", "1", "9", "10", "0-0", ",-1", "4-", " ", "\t", "00000"] as const),
    ...["9007199254740992", "18446744073709551616", "-5", ", ", ",,", "=", "1e3", "0x1", "١"],
  ],
  codeMax: 255,
};

const SIZE_MAX = 24;
const RANGES_MAX = 5;

interface Input {
  readonly field: string;
  readonly size: number;
}

function inputOf(seed: number): Input {
  const random = randomOf(seed);
  return { size: random.below(SIZE_MAX), field: mutated(random, MATERIAL) };
}

export const rangeTarget: FuzzTarget = {
  name: "range",
  shown(seed) {
    const { field, size } = inputOf(seed);
    return `${JSON.stringify(field)} of ${size} bytes`;
  },
  run(seed) {
    const { field, size } = inputOf(seed);
    const choice = chooseRange({
      method: "GET",
      fields: fieldsOf([["Range", field]]),
      size,
      validators: { etag: undefined, lastModifiedMs: undefined },
      nowMs: 0,
      limits: { rangesMax: RANGES_MAX },
    });
    assert.deepEqual(choice, rangeByTheBook(field, size, RANGES_MAX));
    const sent = new Set<number>();
    for (const { start, length } of piecesOf(choice)) {
      assert.ok(length > 0 && start >= 0 && start + length <= size, "beyond the end");
      assert.match(contentRange({ start, length }, size), /^bytes [0-9]+-[0-9]+\/[0-9]+$/);
      for (let at = start; at < start + length; at++) {
        assert.ok(!sent.has(at), `byte ${at} twice`);
        sent.add(at);
      }
    }
  },
};

function piecesOf(choice: RangeChoice): readonly { start: number; length: number }[] {
  if (choice.kind === "many") return choice.ranges;
  return choice.kind === "one" ? [choice] : [];
}
