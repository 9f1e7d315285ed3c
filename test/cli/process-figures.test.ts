import assert from "node:assert/strict";
import { closeSync, existsSync, openSync } from "node:fs";
import { test } from "node:test";
import { processWatch } from "../../src/cli/process-figures.ts";
import { fakeClock } from "../support/fake-clock.ts";

test("a process knows its age, its memory and its Node", async () => {
  const clock = fakeClock();
  const figures = await processWatch(clock).figures();
  const ageMs = clock.wallMs() - figures.startedWallMs;
  assert.ok(ageMs > 0 && ageMs < 600_000, `${ageMs} ms`);
  assert.equal(figures.nodeVersion, process.version);
  assert.ok(figures.cpuSeconds > 0 && figures.cpuSeconds < 600);
  assert.ok((figures.residentBytes ?? 0) > figures.heapUsedBytes);
  assert.ok(figures.heapTotalBytes >= figures.heapUsedBytes);
});

test("open descriptors are counted, those for looking not among them", {
  skip: existsSync("/proc/self/fd") ? false : "there is no /proc here",
}, async () => {
  const watch = processWatch(fakeClock());
  const openNow = async () => (await watch.figures()).descriptors?.open ?? Number.NaN;
  const before = await openNow();
  const opened = Array.from({ length: 20 }, () => openSync("/dev/null", "r"));
  const during = await openNow();
  for (const descriptor of opened) closeSync(descriptor);
  assert.equal(during - before, 20);
  const { descriptors } = await watch.figures();
  assert.ok(descriptors !== undefined && descriptors.max >= descriptors.open);
});

test("what cannot be read costs only its own figure", async (t) => {
  t.mock.method(process.memoryUsage, "rss", () => {
    throw Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
  });
  const figures = await processWatch(fakeClock()).figures();
  assert.equal(figures.residentBytes, undefined);
  assert.ok(figures.heapTotalBytes >= figures.heapUsedBytes && figures.heapUsedBytes > 0);
});

test("the loop's delay is watched once it was asked for, and forgotten after two windows", async () => {
  const clock = fakeClock();
  const watch = processWatch(clock);
  assert.equal(clock.timers, 0);
  assert.deepEqual((await watch.figures()).loopDelay, { mean: 0, p50: 0, p90: 0, p99: 0, max: 0 });
  watch.begin();
  watch.begin();
  assert.equal(clock.timers, 1);
  await blocked(120);
  const { loopDelay } = await watch.figures();
  assert.ok(loopDelay.max >= 0.08 && loopDelay.max < 30, `${loopDelay.max}`);
  assert.ok(loopDelay.p50 <= loopDelay.p99 && loopDelay.p99 <= loopDelay.max);
  clock.advance(60_000);
  assert.equal((await watch.figures()).loopDelay.max, loopDelay.max, "one window later");
  clock.advance(60_000);
  const later = (await watch.figures()).loopDelay.max;
  assert.ok(later < loopDelay.max, `${later} after two windows, ${loopDelay.max} before`);
});

/** The loop stands still for so long, between two turns of its timers. */
async function blocked(ms: number): Promise<void> {
  const turns = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 25));
  };
  await turns();
  const end = performance.now() + ms;
  while (performance.now() < end);
  await turns();
}
