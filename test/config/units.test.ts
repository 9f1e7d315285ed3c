import assert from "node:assert/strict";
import { test } from "node:test";
import { durationText, readDuration, readSize, sizeText } from "../../src/config/units.ts";

const HOUR = { min: 1, max: 3_600_000 };
const GIB = { min: 0, max: 1_073_741_824 };

for (const [written, ms] of [
  [5, 5000],
  [0.1, 100],
  ["500ms", 500],
  ["5s", 5000],
  ["1.5s", 1500],
  ["2 m", 120_000],
  ["1h", 3_600_000],
] as const) {
  test(`${JSON.stringify(written)} is ${ms} milliseconds`, () => {
    assert.deepEqual(readDuration(written, HOUR), { kind: "value", value: ms });
  });
}

for (const [written, bytes] of [
  [512, 512],
  ["512B", 512],
  ["8KiB", 8192],
  ["10kB", 10_000],
  ["1.5MiB", 1_572_864],
  ["1GiB", 1_073_741_824],
] as const) {
  test(`${JSON.stringify(written)} is ${bytes} bytes`, () => {
    assert.deepEqual(readSize(written, GIB), { kind: "value", value: bytes });
  });
}

for (const [written, message, hint] of [
  [0, "expected 1ms to 1h, got 0 seconds", undefined],
  [-5, "expected 1ms to 1h, got -5 seconds", undefined],
  [99_999_999_999, "expected 1ms to 1h, got 99999999999 seconds", undefined],
  ["2h", 'expected 1ms to 1h, got "2h"', undefined],
  ["-1s", 'expected 1ms to 1h, got "-1s"', undefined],
  ["0.5ms", 'expected whole milliseconds, got "0.5ms"', "a millisecond is the least"],
  ["5", 'expected a time such as 5s or 500ms, got "5"', "without quotes, 5 means seconds"],
  ["5sec", 'unknown unit in "5sec"; there are ms, s, m, h', "did you mean 5s?"],
  ["5min", 'unknown unit in "5min"; there are ms, s, m, h', "did you mean 5m?"],
  ["5days", 'unknown unit in "5days"; there are ms, s, m, h', undefined],
  ["", 'expected a time such as 5s or 500ms, got ""', undefined],
  ["soon", 'expected a time such as 5s or 500ms, got "soon"', undefined],
  [true, "expected a time such as 5s or 500ms, got true", undefined],
  [[5], "expected a time such as 5s or 500ms, got a list", undefined],
  [Number.NaN, "expected whole milliseconds, got NaN", "a millisecond is the least"],
  [
    Number.POSITIVE_INFINITY,
    "expected whole milliseconds, got Infinity",
    "a millisecond is the least",
  ],
] as const) {
  test(`${JSON.stringify(written)} is no time: ${message}`, () => {
    assert.deepEqual(readDuration(written, HOUR), { kind: "fault", message, hint });
  });
}

for (const [written, hint] of [
  ["8k", "did you mean 8KiB?"],
  ["8K", "did you mean 8KiB?"],
  ["8kb", "did you mean 8kB?"],
  ["8mib", "did you mean 8MiB?"],
  ["8XB", undefined],
] as const) {
  test(`the unit of ${written} is refused, with what there is`, () => {
    assert.deepEqual(readSize(written, GIB), {
      kind: "fault",
      message: `unknown unit in "${written}"; there are B, KiB, MiB, GiB, kB, MB, GB`,
      hint,
    });
  });
}

test("a size beyond its bounds says both, in units", () => {
  assert.deepEqual(readSize("2GiB", { min: 64, max: 1_073_741_824 }), {
    kind: "fault",
    message: 'expected 64B to 1GiB, got "2GiB"',
    hint: undefined,
  });
});

test("amounts are printed in the largest unit that leaves them whole", () => {
  assert.deepEqual([1, 1500, 90_000, 3_600_000, 0].map(durationText), [
    "1ms",
    "1500ms",
    "90s",
    "1h",
    "0",
  ]);
  assert.deepEqual([1, 1000, 8192, 1_572_864, 0].map(sizeText), [
    "1B",
    "1000B",
    "8KiB",
    "1536KiB",
    "0",
  ]);
});
