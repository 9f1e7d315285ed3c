import assert from "node:assert/strict";
import { test } from "node:test";
import { lookUntil, waitingClock } from "../../src/cli/look-until.ts";
import { fakeClock } from "../support/fake-clock.ts";

test("what is there already is not waited for", async () => {
  const clock = fakeClock();
  assert.equal(await lookUntil(() => "seen", 1000, clock), "seen");
  assert.equal(clock.timers, 0);
});

test("what comes in time is seen, and nothing looks any more", async () => {
  const clock = fakeClock();
  let what: string | undefined;
  const seen = lookUntil(() => what, 1000, clock);
  clock.advance(900);
  what = "late";
  clock.advance(50);
  assert.equal(await seen, "late");
  assert.equal(clock.timers, 0);
});

test("what does not come is given up when the time is over", async () => {
  const clock = fakeClock();
  const seen = lookUntil(() => undefined, 1000, clock);
  clock.advance(999);
  assert.equal(clock.timers, 1);
  clock.advance(1);
  assert.equal(await seen, undefined);
  assert.equal(clock.timers, 0);
});

test("its own clock keeps a process alive that has nothing else to do", async () => {
  let looks = 0;
  const seen = await lookUntil(() => (++looks > 2 ? looks : undefined), 10_000, waitingClock);
  assert.equal(seen, 3);
  const active = () => process.getActiveResourcesInfo().filter((it) => it === "Timeout").length;
  const before = active();
  const stop = waitingClock.every(10_000, () => {});
  assert.equal(active(), before + 1);
  stop();
  assert.equal(active(), before);
});
