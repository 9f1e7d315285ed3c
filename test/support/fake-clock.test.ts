import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeClock } from "./fake-clock.ts";

test("timers fire in order of time, each at its own moment", () => {
  const clock = fakeClock(0);
  const start = clock.monotonicMs();
  const fired: string[] = [];
  clock.every(300, () => fired.push(`slow ${clock.monotonicMs() - start}`));
  clock.every(200, () => fired.push(`fast ${clock.monotonicMs() - start}`));
  clock.advance(650);
  assert.deepEqual(fired, ["fast 200", "slow 300", "fast 400", "slow 600", "fast 600"]);
  assert.equal(clock.monotonicMs() - start, 650);
  assert.equal(clock.wallMs(), 650);
});

test("a stopped timer fires no more, even when stopped by another tick", () => {
  const clock = fakeClock();
  let ticks = 0;
  const stop = clock.every(100, () => {
    ticks++;
  });
  clock.every(250, stop);
  clock.advance(1000);
  assert.equal(ticks, 2);
  assert.equal(clock.timers, 1);
});

test("a wall clock that jumps moves no timer", () => {
  const clock = fakeClock(1_000_000);
  let ticks = 0;
  clock.every(100, () => {
    ticks++;
  });
  clock.setWall(5);
  assert.equal(clock.wallMs(), 5);
  assert.equal(ticks, 0);
  clock.advance(100);
  assert.equal(clock.wallMs(), 105);
  assert.equal(ticks, 1);
});
