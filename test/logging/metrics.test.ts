import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyCache } from "../../src/base/counts.ts";
import { metricsText } from "../../src/logging/exposition.ts";
import { allMetrics } from "../../src/logging/metric-names.ts";
import { Metrics } from "../../src/logging/metrics.ts";
import type { ProcessFigures } from "../../src/logging/process-samples.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { readMetrics } from "../support/metrics-text.ts";
import { AT, exchange } from "./exchanges.ts";

const FIGURES: ProcessFigures = {
  nodeVersion: "v20.19.0",
  startedWallMs: 1_000,
  cpuSeconds: 1,
  residentBytes: 1,
  heapTotalBytes: 1,
  heapUsedBytes: 1,
  externalBytes: 1,
  descriptors: { open: 20, max: 1024 },
  loopDelay: { mean: 0, p50: 0, p90: 0, p99: 0, max: 0 },
};

function metrics() {
  const clock = fakeClock(50_000);
  const began = { times: 0 };
  const process = {
    begin: () => void began.times++,
    figures: async () => FIGURES,
  };
  const counted = new Metrics({ clock, version: "1.2.3", process });
  const valuesOf = async (name: string) => {
    const samples = (await counted.snapshot())[name] ?? [];
    return Object.fromEntries(samples.map(({ labels, value }) => [labels.join(), value]));
  };
  return { clock, began, counted, valuesOf };
}

test("every figure of the table is told, and nothing else", async () => {
  const { counted } = metrics();
  counted.counting({ record() {} }).record(exchange(), AT);
  counted.hit("header_bytes");
  const families = readMetrics(metricsText(await counted.snapshot()));
  assert.deepEqual(
    [...families].map(([name, { type }]) => `${name} ${type}`),
    allMetrics().map(({ name, type }) => `${name} ${type}`),
  );
});

test("an exchange is counted and goes on into its log", async () => {
  const { counted, began, valuesOf } = metrics();
  assert.equal(began.times, 0, "nothing is watched before somebody will ask");
  const logged: unknown[] = [];
  const log = counted.counting({ record: (...record) => void logged.push(record) });
  assert.equal(began.times, 1);
  const one = exchange({ status: 304 });
  const at = { ...AT, route: "/a" };
  log.record(one, at);
  assert.deepEqual(logged, [[one, at]]);
  assert.deepEqual(await valuesOf("ferrox_requests_total"), { "/a,304": 1 });
});

test("limits are counted by their names", async () => {
  const { counted, valuesOf } = metrics();
  for (const limit of ["header_bytes", "connections", "header_bytes"] as const) counted.hit(limit);
  assert.deepEqual(await valuesOf("ferrox_refusals_total"), { header_bytes: 2, connections: 1 });
});

test("open connections are active or idle", async () => {
  const { counted, valuesOf } = metrics();
  Object.assign(counted.connections, { accepted: 10, open: 5, idle: 3 });
  assert.deepEqual(await valuesOf("ferrox_connections"), { active: 2, idle: 3 });
  assert.deepEqual(await valuesOf("ferrox_connections_accepted_total"), { "": 10 });
});

test("caches add up, and a new set of them does not make hits go down", async () => {
  const { counted, valuesOf } = metrics();
  const caches = [
    { hits: 5, misses: 2, entries: 2, bytes: 100 },
    { hits: 1, misses: 1, entries: 1, bytes: 20 },
  ];
  counted.watchCaches(caches);
  assert.deepEqual(await valuesOf("ferrox_cache_hits_total"), { "": 6 });
  assert.deepEqual(await valuesOf("ferrox_cache_misses_total"), { "": 3 });
  assert.deepEqual(await valuesOf("ferrox_cache_entries"), { "": 3 });
  assert.deepEqual(await valuesOf("ferrox_cache_bytes"), { "": 120 });
  const next = emptyCache();
  counted.watchCaches([next]);
  next.hits = 1;
  assert.deepEqual(await valuesOf("ferrox_cache_hits_total"), { "": 7 });
  assert.deepEqual(await valuesOf("ferrox_cache_entries"), { "": 0 });
});

test("the server's age is told, and how its reloads went", async () => {
  const { clock, counted, valuesOf } = metrics();
  clock.advance(20_000);
  counted.reloads.reloaded("ok");
  assert.deepEqual(await valuesOf("ferrox_uptime_seconds"), { "": 20 });
  assert.deepEqual(await valuesOf("ferrox_reloads_total"), { ok: 1, failed: 0 });
});
