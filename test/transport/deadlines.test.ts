// One timer for everybody.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines, type Expirable } from "../../src/transport/deadlines.ts";
import { fakeClock } from "../support/fake-clock.ts";

function watched(deadlineMs: number, sending = false): Expirable & { readonly looks: number[] } {
  const looks: number[] = [];
  return { deadlineMs, sending, looks, look: (nowMs) => looks.push(nowMs) };
}

test("a thousand deadlines need one timer, and none is left when all are gone", () => {
  const clock = fakeClock();
  const deadlines = new Deadlines(clock);
  assert.equal(clock.timers, 0);
  const all = Array.from({ length: 1_000 }, () => watched(Number.POSITIVE_INFINITY));
  for (const one of all) deadlines.add(one);
  assert.equal(clock.timers, 1);
  for (const one of all) deadlines.remove(one);
  assert.equal(clock.timers, 0);
});

test("a deadline is noticed within a second, never early", () => {
  const clock = fakeClock();
  const deadlines = new Deadlines(clock);
  const one = watched(clock.monotonicMs() + 5_000);
  deadlines.add(one);
  clock.advance(4_999);
  assert.deepEqual(one.looks, []);
  clock.advance(1_000);
  assert.equal(one.looks.length > 0, true);
});

test("who is sending is looked at before the deadline too; who waits is not", () => {
  const clock = fakeClock();
  const deadlines = new Deadlines(clock);
  const sending = watched(Number.POSITIVE_INFINITY, true);
  const waiting = watched(Number.POSITIVE_INFINITY, false);
  deadlines.add(sending);
  deadlines.add(waiting);
  clock.advance(2_000);
  assert.equal(sending.looks.length, 4);
  assert.deepEqual(waiting.looks, []);
});

test("somebody may leave while everybody is looked at", () => {
  const clock = fakeClock();
  const deadlines = new Deadlines(clock);
  const second = watched(0);
  const first = {
    ...watched(0),
    look() {
      deadlines.remove(first);
      deadlines.remove(second);
    },
  };
  deadlines.add(first);
  deadlines.add(second);
  clock.advance(500);
  assert.deepEqual(second.looks, []);
  assert.equal(clock.timers, 0);
});
