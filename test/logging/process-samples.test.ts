import assert from "node:assert/strict";
import { test } from "node:test";
import { type ProcessFigures, processSamples } from "../../src/logging/process-samples.ts";

const FIGURES: ProcessFigures = {
  nodeVersion: "v20.19.0",
  startedWallMs: 1_500,
  cpuSeconds: 2.5,
  residentBytes: 100,
  heapTotalBytes: 50,
  heapUsedBytes: 40,
  externalBytes: 30,
  descriptors: { open: 20, max: 1024 },
  loopDelay: { mean: 1, p50: 2, p90: 3, p99: 4, max: 5 },
};

test("what the system says stands under the names that other programs use", () => {
  const flat = Object.entries(processSamples(FIGURES)).map(([name, samples]) => [
    name,
    samples.map(({ labels, value }) => [...labels, value].join(" ")).join(),
  ]);
  assert.deepEqual(Object.fromEntries(flat), {
    process_cpu_seconds_total: "2.5",
    process_resident_memory_bytes: "100",
    process_start_time_seconds: "1.5",
    process_open_fds: "20",
    process_max_fds: "1024",
    nodejs_version_info: "v20.19.0 20 19 0 1",
    nodejs_heap_size_total_bytes: "50",
    nodejs_heap_size_used_bytes: "40",
    nodejs_external_memory_bytes: "30",
    nodejs_eventloop_lag_mean_seconds: "1",
    nodejs_eventloop_lag_p50_seconds: "2",
    nodejs_eventloop_lag_p90_seconds: "3",
    nodejs_eventloop_lag_p99_seconds: "4",
    nodejs_eventloop_lag_max_seconds: "5",
  });
});

test("a system that does not say how many descriptors are open is not asked to", () => {
  const samples = processSamples({ ...FIGURES, descriptors: undefined });
  assert.deepEqual([samples.process_open_fds, samples.process_max_fds], [[], []]);
});
