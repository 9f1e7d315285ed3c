import assert from "node:assert/strict";
import { test } from "node:test";
import { Gossip } from "../../../src/cli/workers/gossip.ts";
import type { Counts } from "../../../src/cli/workers/messages.ts";
import { fakeClock } from "../../support/fake-clock.ts";

test("a change is told at once when nothing was told lately, with the sum of all", () => {
  const told: Counts[] = [];
  const gossip = new Gossip(fakeClock(), (counts) => told.push(counts));
  gossip.changed("192.0.2.1", 1);
  assert.deepEqual(told, [
    [
      ["", 1],
      ["192.0.2.1", 1],
    ],
  ]);
});

test("what changes within twenty milliseconds is told together, as it is then", () => {
  const clock = fakeClock();
  const told: Counts[] = [];
  const gossip = new Gossip(clock, (counts) => told.push(counts));
  gossip.changed("192.0.2.1", 1);
  gossip.changed("192.0.2.1", 2);
  gossip.changed("192.0.2.9", 1);
  gossip.changed("192.0.2.9", 0);
  clock.advance(19);
  assert.equal(told.length, 1);
  clock.advance(1);
  assert.deepEqual(told.slice(1), [
    [
      ["", 2],
      ["192.0.2.1", 2],
      ["192.0.2.9", 0],
    ],
  ]);
});

test("when nothing happens any more, no timer runs", () => {
  const clock = fakeClock();
  const gossip = new Gossip(clock, () => {});
  gossip.changed("192.0.2.1", 1);
  clock.advance(40);
  assert.equal(clock.timers, 0);
});

test("what the others have is what was last heard", () => {
  const gossip = new Gossip(fakeClock(), () => {});
  assert.deepEqual([gossip.others(), gossip.othersOf("192.0.2.1")], [0, 0]);
  gossip.hear([
    ["", 7],
    ["192.0.2.1", 3],
  ]);
  assert.deepEqual([gossip.others(), gossip.othersOf("192.0.2.1")], [7, 3]);
  gossip.hear([["192.0.2.1", 0]]);
  assert.deepEqual([gossip.others(), gossip.othersOf("192.0.2.1")], [7, 0]);
});
