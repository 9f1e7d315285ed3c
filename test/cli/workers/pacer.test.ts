import assert from "node:assert/strict";
import { test } from "node:test";
import { Pacer } from "../../../src/cli/workers/pacer.ts";
import { fakeClock } from "../../support/fake-clock.ts";

test("the first is said at once, what follows after twenty milliseconds, together", () => {
  const clock = fakeClock();
  let said = 0;
  const pacer = new Pacer(clock, () => {
    said += 1;
  });
  for (let times = 0; times < 5; times += 1) pacer.due();
  assert.equal(said, 1);
  clock.advance(20);
  assert.equal(said, 2);
  clock.advance(20);
  assert.equal(said, 2);
  assert.equal(clock.timers, 0);
  pacer.due();
  assert.equal(said, 3);
});

test("however much there is to say, it is said fifty times a second", () => {
  const clock = fakeClock();
  let said = 0;
  const pacer = new Pacer(clock, () => {
    said += 1;
  });
  for (let ms = 0; ms < 1_000; ms += 1) {
    pacer.due();
    clock.advance(1);
  }
  assert.equal(said, 51);
});
