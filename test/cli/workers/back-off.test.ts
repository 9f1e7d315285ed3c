import assert from "node:assert/strict";
import { test } from "node:test";
import { BackOff } from "../../../src/cli/workers/back-off.ts";

test("a worker that has served for a second is replaced at once", () => {
  const backOff = new BackOff();
  assert.equal(backOff.delayAfter({ ms: 1_000, hasServed: true }), 0);
  assert.equal(backOff.delayAfter({ ms: 86_400_000, hasServed: true }), 0);
});

test("one that dies young again and again waits longer each time, up to thirty seconds", () => {
  const backOff = new BackOff();
  const delays = Array.from({ length: 11 }, () => backOff.delayAfter({ ms: 999, hasServed: true }));
  assert.deepEqual(
    delays,
    [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000],
  );
});

test("one that never came to accept counts as young, however long it took", () => {
  assert.equal(new BackOff().delayAfter({ ms: 60_000, hasServed: false }), 100);
});

test("a long life makes up for the short ones before it", () => {
  const backOff = new BackOff();
  backOff.delayAfter({ ms: 10, hasServed: false });
  backOff.delayAfter({ ms: 10, hasServed: false });
  assert.equal(backOff.delayAfter({ ms: 5_000, hasServed: true }), 0);
  assert.equal(backOff.delayAfter({ ms: 10, hasServed: false }), 100);
});
