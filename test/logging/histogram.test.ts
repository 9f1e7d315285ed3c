import assert from "node:assert/strict";
import { test } from "node:test";
import { BUCKETS_SECONDS, Histogram } from "../../src/logging/histogram.ts";

test("a duration falls into the first bucket that it does not exceed", () => {
  const histogram = new Histogram();
  for (const ms of [0, 0.1, 0.1001, 7, 10_000, 10_001, 3_600_000]) histogram.record(ms);
  assert.deepEqual(histogram.counts, [2, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
  assert.equal(histogram.sumSeconds, 3620.0082001);
});

test("buckets reach from a tenth of a millisecond to ten seconds, each longer than the last", () => {
  assert.equal(BUCKETS_SECONDS[0], 0.0001);
  assert.equal(BUCKETS_SECONDS.at(-1), 10);
  assert.deepEqual(
    [...BUCKETS_SECONDS].sort((a, b) => a - b),
    BUCKETS_SECONDS,
  );
});
