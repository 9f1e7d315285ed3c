import assert from "node:assert/strict";
import { test } from "node:test";
import type { Counts } from "../../../src/cli/workers/messages.ts";
import { Spending, SpendingBoard } from "../../../src/cli/workers/spending.ts";
import { fakeClock } from "../../support/fake-clock.ts";

test("what is spent is told as so many more, gathered for twenty milliseconds", () => {
  const clock = fakeClock();
  const told: Counts[] = [];
  const spending = new Spending(clock, (counts) => told.push(counts));
  for (const client of ["a", "a", "b", "a"]) spending.spent(client);
  clock.advance(20);
  assert.deepEqual(told, [
    [["a", 1]],
    [
      ["a", 2],
      ["b", 1],
    ],
  ]);
});

test("the primary passes it on to all but the one that spent it", () => {
  const board = new SpendingBoard(fakeClock());
  const told: [number, Counts][] = [];
  for (const worker of [1, 2, 3]) board.join(worker, (counts) => told.push([worker, counts]));
  board.leave(3);
  board.hear(1, [["a", 2]]);
  assert.deepEqual(told, [[2, [["a", 2]]]]);
});

test("it is heard by whoever asked last", () => {
  const heard: string[] = [];
  const spending = new Spending(fakeClock(), () => {});
  spending.hearWith((client) => heard.push(`old ${client}`));
  spending.hearWith((client, count) => heard.push(`new ${client} ${count}`));
  spending.hear([["a", 2]]);
  assert.deepEqual(heard, ["new a 2"]);
});
