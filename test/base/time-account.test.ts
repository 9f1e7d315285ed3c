import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesToFill, earned } from "../../src/base/time-account.ts";

const ACCOUNT = { windowMs: 15_000, rateMin: 500 };

for (const [what, leftMs, bytes, then] of [
  ["nothing earns nothing", 9_000, 0, 9_000],
  ["a byte is worth two milliseconds at 500 bytes a second", 9_000, 1, 9_002],
  ["five hundred bytes are worth a second", 9_000, 500, 10_000],
  ["nobody saves more than the window", 9_000, 1_000_000, 15_000],
  ["who comes late has a debt to pay", -400, 500, 600],
  ["a debt is not forgiven for a byte", -400, 1, -398],
] as const) {
  test(what, () => {
    assert.equal(earned(leftMs, bytes, ACCOUNT), then);
  });
}

test("without a rate any byte fills the account, and no byte does not", () => {
  const any = { windowMs: 15_000, rateMin: 0 };
  assert.equal(earned(1, 1, any), 15_000);
  assert.equal(earned(1, 0, any), 1);
  assert.equal(bytesToFill(any), 1);
});

test("a byte a second lives as long as its window, and a little", () => {
  let leftMs = ACCOUNT.windowMs;
  let seconds = 0;
  for (; leftMs > 1_000; seconds++) leftMs = earned(leftMs - 1_000, 1, ACCOUNT);
  assert.equal(seconds, 15);
});

test("whoever keeps the rate is never given up", () => {
  let leftMs = ACCOUNT.windowMs;
  for (let times = 0; times < 1_000; times++) leftMs = earned(leftMs - 10_000, 5_000, ACCOUNT);
  assert.equal(leftMs, 15_000);
});

test("so many bytes fill an empty account", () => {
  assert.equal(bytesToFill(ACCOUNT), 7_500);
  assert.equal(earned(0, 7_500, ACCOUNT), 15_000);
});
