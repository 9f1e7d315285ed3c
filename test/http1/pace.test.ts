import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../src/http1/pace.ts";
import { fakeClock } from "../support/fake-clock.ts";

test("a piece is a quarter of a second's worth, and never nothing", () => {
  const clock = fakeClock();
  assert.equal(new Pace(clock, 1_000).pieceBytesMax, 250);
  assert.equal(new Pace(clock, 3).pieceBytesMax, 1);
});

test("the first piece goes at once, the next when its time has come", async () => {
  const clock = fakeClock();
  const pace = new Pace(clock, 1_000);
  assert.equal(pace.turn(250), undefined);
  let went = false;
  const second = pace.turn(250)?.then(() => {
    went = true;
  });
  clock.advance(249);
  await Promise.resolve();
  assert.deepEqual([went, clock.timers], [false, 1]);
  clock.advance(1);
  await second;
  assert.deepEqual([went, clock.timers], [true, 0]);
});

test("a small piece is waited for as long as it is worth", () => {
  const clock = fakeClock();
  const pace = new Pace(clock, 1_000);
  void pace.turn(10);
  clock.advance(10);
  assert.equal(pace.turn(250), undefined);
});

test("time that was wasted is not made up for", () => {
  const clock = fakeClock();
  const pace = new Pace(clock, 1_000);
  void pace.turn(250);
  clock.advance(60_000);
  assert.equal(pace.turn(250), undefined);
  assert.ok(pace.turn(250) instanceof Promise);
  clock.advance(250);
  assert.equal(clock.timers, 0);
});
