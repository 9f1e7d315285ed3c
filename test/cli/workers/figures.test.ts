import assert from "node:assert/strict";
import { test } from "node:test";
import { Figures, type Teller } from "../../../src/cli/workers/figures.ts";
import { mergeSnapshots, one, type Snapshot } from "../../../src/logging/snapshot.ts";
import { fakeClock } from "../../support/fake-clock.ts";

function snapshot(accepted: number): Snapshot {
  return { ferrox_connections_accepted_total: [one(accepted)], ferrox_workers: [one(1)] };
}

interface Asked {
  readonly teller: Teller;
  readonly questions: number[];
}

function asked(number: number): Asked {
  const questions: number[] = [];
  const tell: Teller["tell"] = (message) => {
    if (message.kind === "tell figures") questions.push(message.question);
  };
  return { questions, teller: { number, tell } };
}

function sums(snapshots: readonly Snapshot[]): (number | undefined)[] {
  const all = mergeSnapshots(snapshots);
  const value = (name: string) => all[name]?.[0]?.value;
  return [value("ferrox_connections_accepted_total"), value("ferrox_workers")];
}

test("all are asked, and the answer has them all", async () => {
  const figures = new Figures(fakeClock());
  const [a, b] = [asked(1), asked(2)];
  const collected = figures.collect([a.teller, b.teller]);
  figures.hear(1, a.questions[0] ?? 0, snapshot(10));
  figures.hear(2, b.questions[0] ?? 0, snapshot(5));
  assert.deepEqual(sums(await collected), [15, 2]);
});

test("one that does not answer within a second stands as it last did", async () => {
  const clock = fakeClock();
  const figures = new Figures(clock);
  const [a, b] = [asked(1), asked(2)];
  figures.hear(2, 0, snapshot(4));
  const collected = figures.collect([a.teller, b.teller]);
  figures.hear(1, a.questions[0] ?? 0, snapshot(10));
  clock.advance(1_000);
  assert.deepEqual(sums(await collected), [14, 2]);
  assert.equal(clock.timers, 0);
});

test("one that dies while it is asked is not waited for; what it counted stays", async () => {
  const figures = new Figures(fakeClock());
  const a = asked(1);
  figures.hear(1, 0, snapshot(10));
  const collected = figures.collect([a.teller]);
  figures.leave(1);
  assert.deepEqual(sums(await collected), [10, undefined]);
});

test("with nobody to ask, those who are gone are all", async () => {
  const figures = new Figures(fakeClock());
  figures.hear(1, 0, snapshot(10));
  figures.leave(1);
  assert.deepEqual(sums(await figures.collect([])), [10, undefined]);
});
