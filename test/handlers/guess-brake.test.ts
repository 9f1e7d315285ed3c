import assert from "node:assert/strict";
import { test } from "node:test";
import type { LimitName } from "../../src/base/limit-watch.ts";
import { guessBrake } from "../../src/handlers/guess-brake.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { fakeClock } from "../support/fake-clock.ts";

function brakeOf(failuresMax: number, addressesMax = 100) {
  const clock = fakeClock();
  const hits: LimitName[] = [];
  const brake = guessBrake({
    failuresMax,
    windowMs: 60_000,
    clock,
    watch: { hit: (limit) => hits.push(limit) },
    addressesMax,
  });
  let guesses = 0;
  /** Another wrong guess: the seconds to wait, 0 when it was let through. */
  const guess = (address = "192.0.2.1"): number => {
    try {
      guesses++;
      assert.notEqual(brake.attempt(address, `guess ${guesses}`), "repeated");
      return 0;
    } catch (error) {
      assert.ok(error instanceof HttpError && error.status === 429);
      return Number(error.fields.find(([name]) => name === "Retry-After")?.[1]);
    }
  };
  return { brake, clock, hits, guess };
}

test("after so many failures an address waits, twice as long after each further one", () => {
  const { clock, guess, hits } = brakeOf(3);
  assert.deepEqual([guess(), guess(), guess(), guess()], [0, 0, 0, 1]);
  assert.deepEqual(hits, ["auth_failures"]);
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    assert.equal(guess(), seconds);
    clock.advance(seconds * 1000 - 1);
    assert.equal(guess(), 1);
    clock.advance(1);
    // The window has passed with the last pause: all is forgotten.
    if (seconds === 60) return;
    assert.equal(guess(), 0);
  }
});

test("what was right is no failure", () => {
  const { brake } = brakeOf(1);
  for (let at = 0; at < 5; at++) {
    const attempt = brake.attempt("192.0.2.1", "right");
    assert.ok(attempt !== "repeated");
    attempt.right();
  }
});

test("many at the same time are as many as one after the other", () => {
  const { guess } = brakeOf(3);
  assert.deepEqual([guess(), guess(), guess(), guess(), guess()], [0, 0, 0, 1, 1]);
});

test("the same wrong guess again is no new one, and is not looked at", () => {
  const { brake, guess } = brakeOf(2);
  assert.notEqual(brake.attempt("192.0.2.1", "old password"), "repeated");
  for (let at = 0; at < 100; at++) {
    assert.equal(brake.attempt("192.0.2.1", "old password"), "repeated");
  }
  assert.equal(guess(), 0);
  assert.equal(guess(), 1);
});

test("one address does not slow down another; of IPv6 a network of /64 is one", () => {
  const { guess } = brakeOf(1);
  assert.equal(guess("2001:db8::1"), 0);
  assert.equal(guess("2001:db8::ffff:2"), 1);
  assert.equal(guess("2001:db8:0:1::1"), 0);
  assert.equal(guess("192.0.2.9"), 0);
});

test("a minute without a failure is enough for all to be forgotten", () => {
  const { clock, guess } = brakeOf(2);
  assert.deepEqual([guess(), guess(), guess()], [0, 0, 1]);
  clock.advance(60_000);
  assert.deepEqual([guess(), guess(), guess()], [0, 0, 1]);
});

test("who goes on a hundred times while he must wait has nothing looked up, until all is forgotten", () => {
  const { brake, clock, guess } = brakeOf(1);
  guess();
  for (let at = 1; at < 100; at++) assert.equal(guess(), 1);
  assert.equal(brake.mayRecall("192.0.2.1"), true);
  assert.equal(guess(), 1);
  assert.equal(brake.mayRecall("192.0.2.1"), false);
  assert.equal(brake.mayRecall("192.0.2.2"), true);
  clock.advance(60_000);
  assert.equal(brake.mayRecall("192.0.2.1"), true);
});

test("a flood of addresses is remembered up to a bound", () => {
  const { guess } = brakeOf(1, 2);
  for (const last of [1, 2, 3]) assert.equal(guess(`192.0.2.${last}`), 0);
  assert.equal(guess("192.0.2.3"), 1);
  assert.equal(guess("192.0.2.1"), 0);
});
