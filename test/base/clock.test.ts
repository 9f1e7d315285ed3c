import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";

test("the wall clock is the wall's, the monotonic one never goes back", () => {
  assert.ok(Math.abs(systemClock.wallMs() - Date.now()) < 1_000);
  const before = systemClock.monotonicMs();
  assert.ok(systemClock.monotonicMs() >= before);
});

test("the wall at a moment of the monotonic clock is what the wall says then", () => {
  for (let round = 0; round < 5; round++) {
    const nowMs = systemClock.monotonicMs();
    assert.ok(Math.abs(systemClock.wallAt(nowMs) - systemClock.wallMs()) < 25);
    assert.ok(Math.abs(systemClock.wallAt(nowMs - 5_000) - systemClock.wallMs() + 5_000) < 25);
  }
});

test("a tick comes again until it is stopped", async () => {
  let ticks = 0;
  await new Promise<void>((resolve) => {
    const stop = systemClock.every(1, () => {
      ticks++;
      if (ticks < 3) return;
      stop();
      resolve();
    });
    // Ours alone must not keep a process alive; the test does.
    setTimeout(() => {}, 1_000).unref();
    const keepAlive = setInterval(() => {
      if (ticks >= 3) clearInterval(keepAlive);
    }, 1);
  });
  assert.equal(ticks, 3);
});
