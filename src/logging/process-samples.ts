// What the operating system and Node say of this process, as figures. They are looked up in
// cli/process-figures.ts: nothing below cli reads `process`.

import { one, type Samples } from "./snapshot.ts";

export interface ProcessFigures {
  /** "v20.19.0" */
  readonly nodeVersion: string;
  readonly startedWallMs: number;
  readonly cpuSeconds: number;
  /** undefined: this system does not say, or not now. */
  readonly residentBytes: number | undefined;
  readonly heapTotalBytes: number;
  readonly heapUsedBytes: number;
  readonly externalBytes: number;
  /** undefined: this system does not say. */
  readonly descriptors: { readonly open: number; readonly max: number } | undefined;
  readonly loopDelay: LoopDelay;
}

/** In seconds. */
export interface LoopDelay {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export function processSamples(figures: ProcessFigures): Samples {
  const { descriptors, loopDelay, nodeVersion, residentBytes } = figures;
  const [major = "", minor = "", patch = ""] = nodeVersion.replace(/^v/, "").split(".");
  return {
    process_cpu_seconds_total: [one(figures.cpuSeconds)],
    process_resident_memory_bytes: residentBytes === undefined ? [] : [one(residentBytes)],
    process_start_time_seconds: [one(figures.startedWallMs / 1000)],
    process_open_fds: descriptors === undefined ? [] : [one(descriptors.open)],
    process_max_fds: descriptors === undefined ? [] : [one(descriptors.max)],
    nodejs_version_info: [one(1, nodeVersion, major, minor, patch)],
    nodejs_heap_size_total_bytes: [one(figures.heapTotalBytes)],
    nodejs_heap_size_used_bytes: [one(figures.heapUsedBytes)],
    nodejs_external_memory_bytes: [one(figures.externalBytes)],
    nodejs_eventloop_lag_mean_seconds: [one(loopDelay.mean)],
    nodejs_eventloop_lag_p50_seconds: [one(loopDelay.p50)],
    nodejs_eventloop_lag_p90_seconds: [one(loopDelay.p90)],
    nodejs_eventloop_lag_p99_seconds: [one(loopDelay.p99)],
    nodejs_eventloop_lag_max_seconds: [one(loopDelay.max)],
  };
}
