import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Logger } from "../../../src/base/logger.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { Crew } from "../../../src/cli/workers/crew.ts";
import { type FakeClock, fakeClock } from "../../support/fake-clock.ts";
import { chargeOf } from "./charges.ts";
import { type FakeFork, type FakeProcess, fakeFork } from "./fake-fork.ts";

interface Scene {
  readonly crew: Crew;
  readonly fake: FakeFork;
  readonly clock: FakeClock;
  readonly log: string[];
  process(number: number): FakeProcess;
}

function scene(): Scene {
  const fake = fakeFork();
  const clock = fakeClock();
  const log: string[] = [];
  const keep: Logger["error"] = (_concern, message) => void log.push(message);
  const crew = new Crew(chargeOf(), {
    clock,
    fork: fake.fork,
    log: { ...silentLogger, error: keep, info: keep },
    said() {},
    joined() {},
    left() {},
  });
  const process = (number: number) => {
    const found = fake.processes[number];
    assert.ok(found !== undefined, `there is no process ${number}`);
    return found;
  };
  return { crew, fake, clock, log, process };
}

async function serving(count: number): Promise<Scene> {
  const it = scene();
  assert.deepEqual(await it.crew.start(count), { kind: "listening" });
  return it;
}

test("as many are started as were asked for, with what they are to serve", async () => {
  const { fake } = await serving(3);
  assert.deepEqual(
    fake.processes.map(({ told }) => told),
    [["start"], ["start"], ["start"]],
  );
});

test("when one cannot start, all go, and its reason is told once", async () => {
  const { crew, fake, process } = scene();
  fake.obliging = false;
  const started = crew.start(2);
  process(1).say({ kind: "failed", reasons: ["the errors folder is gone"] });
  fake.obliging = true;
  await turn();
  process(0).end(0);
  process(1).end(1);
  assert.deepEqual(await started, { kind: "failed", reasons: ["the errors folder is gone"] });
  assert.equal(fake.processes.length, 2);
});

test("one that ends before it listens is a start that failed", async () => {
  const { crew, fake, process } = scene();
  fake.obliging = false;
  const started = crew.start(1);
  process(0).end(null, "SIGSEGV");
  const reasons = ["a worker ended while it started (SIGSEGV)"];
  assert.deepEqual(await started, { kind: "failed", reasons });
});

test("one that never says a word is given up after thirty seconds", async () => {
  const { crew, fake, clock, process } = scene();
  fake.obliging = false;
  const started = crew.start(1);
  clock.advance(29_999);
  assert.deepEqual(process(0).signals, []);
  clock.advance(1);
  assert.deepEqual(process(0).signals, ["SIGKILL"]);
  assert.equal((await started).kind, "failed");
});

test("a worker that dies after a while is replaced at once", async () => {
  const { fake, clock, log, process } = await serving(2);
  clock.advance(1_000);
  process(0).end(null, "SIGKILL");
  assert.equal(fake.processes.length, 3);
  assert.deepEqual(log, ["a worker died, another takes its place"]);
});

test("one that dies young is replaced after a tenth of a second, the next one after two", async () => {
  const { fake, clock, process } = await serving(1);
  process(0).end(1);
  clock.advance(99);
  assert.equal(fake.processes.length, 1);
  clock.advance(1);
  assert.equal(fake.processes.length, 2);
  await turn();
  process(1).end(1);
  clock.advance(199);
  assert.equal(fake.processes.length, 2);
  clock.advance(1);
  assert.equal(fake.processes.length, 3);
});

test("a reload goes from one to the next", async () => {
  const { crew, fake, process } = await serving(2);
  fake.obliging = false;
  const reloaded = crew.reload(chargeOf(), 2);
  await turn();
  assert.deepEqual([process(0).told, process(1).told], [["start", "reload"], ["start"]]);
  process(0).say({ kind: "reloaded", refusals: [], doors: [] });
  await turn();
  assert.deepEqual(process(1).told, ["start", "reload"]);
  process(1).say({ kind: "reloaded", refusals: [], doors: [] });
  assert.deepEqual(await reloaded, []);
  assert.equal(fake.processes.length, 2);
});

test("when the first refuses, nobody else is asked", async () => {
  const { crew, fake, process } = await serving(2);
  fake.obliging = false;
  const reloaded = crew.reload(chargeOf(), 2);
  await turn();
  process(0).say({ kind: "reloaded", refusals: ["port 81 is taken"], doors: [] });
  assert.deepEqual(await reloaded, ["port 81 is taken"]);
  assert.deepEqual(process(1).told, ["start"]);
});

test("one that refuses later goes when another has taken its place", async () => {
  const { crew, fake, process } = await serving(2);
  const next = chargeOf({ addr: "::1" });
  fake.obliging = false;
  const reloaded = crew.reload(next, 2);
  await turn();
  process(0).say({ kind: "reloaded", refusals: [], doors: [] });
  await turn();
  process(1).say({ kind: "reloaded", refusals: ["no memory"], doors: [] });
  await turn();
  assert.equal(fake.processes.length, 3);
  assert.deepEqual(process(1).told, ["start", "reload"], "it goes before another has come");
  process(2).say({ kind: "hello" });
  assert.deepEqual(process(2).messages, [{ kind: "start", charge: next }]);
  process(2).say({ kind: "listening", doors: [] });
  await turn();
  assert.deepEqual(process(1).messages.at(-1), { kind: "drain", atOnce: true });
  assert.deepEqual(await reloaded, []);
});

test("whoever starts after the first has agreed starts with what is new", async () => {
  const { crew, fake, clock, process } = await serving(2);
  const next = chargeOf({ addr: "::1" });
  clock.advance(2_000);
  fake.obliging = false;
  const reloaded = crew.reload(next, 2);
  await turn();
  process(0).say({ kind: "reloaded", refusals: [], doors: [] });
  await turn();
  fake.obliging = true;
  process(1).end(null, "SIGKILL");
  assert.deepEqual(await reloaded, []);
  assert.deepEqual(process(2).messages, [{ kind: "start", charge: next }]);
});

test("one that starts with the old while a reload goes round is reloaded too", async () => {
  const { crew, fake, clock, process } = await serving(2);
  clock.advance(2_000);
  fake.obliging = false;
  const reloaded = crew.reload(chargeOf(), 2);
  await turn();
  fake.obliging = true;
  process(1).end(null, "SIGKILL");
  await turn();
  process(0).say({ kind: "reloaded", refusals: [], doors: [] });
  assert.deepEqual(await reloaded, []);
  assert.deepEqual(process(2).told, ["start", "reload"]);
});

test("a reload that never comes to its end is ended, and nothing has changed", async () => {
  const { crew, fake, clock, process } = await serving(2);
  fake.obliging = false;
  const reloaded = crew.reload(chargeOf(), 2);
  await turn();
  clock.advance(30_000);
  assert.deepEqual(await reloaded, ["a worker ended while it reloaded (SIGKILL)"]);
  assert.deepEqual(process(1).told, ["start"]);
});

test("places come and go with the number that is asked for", async () => {
  const { crew, fake, process } = await serving(2);
  await crew.reload(chargeOf(), 3);
  assert.equal(fake.processes.length, 3);
  await crew.reload(chargeOf(), 1);
  assert.deepEqual(process(1).messages.at(-1), { kind: "drain", atOnce: true });
  assert.deepEqual(process(2).messages.at(-1), { kind: "drain", atOnce: true });
  assert.equal(crew.members.size, 1);
  assert.equal(fake.processes.length, 3, "those who were to go were replaced");
});

test("one that somebody asks to end goes when another has taken its place", async () => {
  const { fake, clock, process } = await serving(2);
  process(0).say({ kind: "asked to end" });
  clock.advance(100);
  assert.equal(fake.processes.length, 3);
  assert.deepEqual(process(0).told, ["start"], "it goes before another has come");
  await turn();
  assert.deepEqual(process(0).told, ["start", "drain"]);
});

test("when all were asked to end in the same moment, all end and none is replaced", async () => {
  const { crew, fake, clock, process } = await serving(2);
  process(0).say({ kind: "asked to end" });
  const drained = crew.drain();
  clock.advance(1_000);
  await drained;
  assert.equal(fake.processes.length, 2);
  assert.deepEqual(process(0).messages.at(-1), { kind: "drain", atOnce: false });
});

test("whoever does not end when all connections must have, is ended", async () => {
  const { crew, fake, clock, process } = await serving(1);
  fake.obliging = false;
  const drained = crew.drain();
  // limits.drain, and five seconds to end.
  clock.advance(14_999);
  assert.deepEqual(process(0).signals, []);
  clock.advance(1);
  assert.deepEqual(process(0).signals, ["SIGKILL"]);
  await drained;
});

test("a place that waits to be filled stays empty once all is to end", async () => {
  const { crew, fake, clock, process } = await serving(1);
  process(0).end(1);
  await crew.drain();
  clock.advance(60_000);
  assert.equal(fake.processes.length, 1);
  assert.equal(clock.timers, 0);
});
