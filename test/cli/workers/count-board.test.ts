import assert from "node:assert/strict";
import { test } from "node:test";
import { CountBoard } from "../../../src/cli/workers/count-board.ts";
import type { Counts } from "../../../src/cli/workers/messages.ts";
import { fakeClock } from "../../support/fake-clock.ts";

test("each is told what all the others have together", () => {
  const board = new CountBoard(fakeClock());
  const told = new Map<number, Counts>();
  for (const worker of [1, 2, 3]) board.join(worker, (counts) => told.set(worker, counts));
  board.hear(1, [["a", 5]]);
  assert.deepEqual(
    [...told],
    [
      [1, [["a", 0]]],
      [2, [["a", 5]]],
      [3, [["a", 5]]],
    ],
  );
});

test("one that comes later is told what is there", () => {
  const board = new CountBoard(fakeClock());
  board.join(1, () => {});
  board.hear(1, [["a", 5]]);
  const told: Counts[] = [];
  board.join(2, (counts) => told.push(counts));
  assert.deepEqual(told, [[["a", 5]]]);
});

test("what a worker had is gone with it, and its last words count no more", () => {
  const clock = fakeClock();
  const board = new CountBoard(clock);
  const told: Counts[] = [];
  board.join(1, () => {});
  board.join(2, (counts) => told.push(counts));
  board.hear(1, [["a", 5]]);
  board.leave(1);
  board.hear(1, [["a", 9]]);
  clock.advance(20);
  assert.deepEqual(told, [[["a", 5]], [["a", 0]]]);
  assert.equal(board.sumOf("a"), 0);
});
