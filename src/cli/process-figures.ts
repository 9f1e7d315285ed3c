// What the operating system and Node say of this process, for the metrics.

import { promises as fs } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { Clock } from "../base/clock.ts";
import type { ProcessWatch } from "../logging/metrics.ts";
import type { LoopDelay, ProcessFigures } from "../logging/process-samples.ts";

export function processWatch(clock: Clock): ProcessWatch {
  const startedWallMs = clock.wallMs() - process.uptime() * 1000;
  let loopDelay: (() => LoopDelay) | undefined;
  return {
    begin() {
      loopDelay ??= watchLoop(clock);
    },
    async figures() {
      const { user, system } = process.cpuUsage();
      const heap = getHeapStatistics();
      return {
        nodeVersion: process.version,
        startedWallMs,
        cpuSeconds: (user + system) / 1_000_000,
        residentBytes: residentBytes(),
        heapTotalBytes: heap.total_heap_size,
        heapUsedBytes: heap.used_heap_size,
        externalBytes: heap.external_memory,
        descriptors: await descriptors(),
        loopDelay: loopDelay?.() ?? NO_DELAY,
      };
    },
  };
}

/** undefined: there is no /proc here, or no descriptor left to read it with. */
function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined; // whoever watches would rather have the other figures than none
  }
}

/** undefined: likewise. */
async function descriptors(): Promise<ProcessFigures["descriptors"]> {
  const limits = await fs.readFile("/proc/self/limits", "utf8").catch(() => undefined);
  const names = await fs.readdir("/proc/self/fd").catch(() => undefined);
  const max = /^Max open files +(\d+)/m.exec(limits ?? "")?.[1];
  if (names === undefined || max === undefined) return undefined;
  // One was open only for looking: the folder.
  return { open: Math.max(0, names.length - 1), max: Number(max) };
}

const NO_DELAY: LoopDelay = { mean: 0, p50: 0, p90: 0, p99: 0, max: 0 };

const RESOLUTION_MS = 20;
const WINDOW_MS = 60_000;

/**
 * Of the last one to two minutes: since the start would hide what is now, and since the last
 * question would depend on how many ask. The figures are the worse of two windows, the one that
 * is being filled and the one before.
 */
function watchLoop(clock: Clock): () => LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let before = NO_DELAY;
  clock.every(WINDOW_MS, () => {
    before = delayIn(histogram);
    histogram.reset();
  });
  return () => worse(before, delayIn(histogram));
}

type DelayHistogram = ReturnType<typeof monitorEventLoopDelay>;

function delayIn(histogram: DelayHistogram): LoopDelay {
  // Nothing is recorded yet, and the mean of nothing is no number.
  if (Number.isNaN(histogram.mean)) return NO_DELAY;
  return {
    mean: seconds(histogram.mean),
    p50: seconds(histogram.percentile(50)),
    p90: seconds(histogram.percentile(90)),
    p99: seconds(histogram.percentile(99)),
    max: seconds(histogram.max),
  };
}

function worse(a: LoopDelay, b: LoopDelay): LoopDelay {
  return {
    mean: Math.max(a.mean, b.mean),
    p50: Math.max(a.p50, b.p50),
    p90: Math.max(a.p90, b.p90),
    p99: Math.max(a.p99, b.p99),
    max: Math.max(a.max, b.max),
  };
}

/** It counts the interval it asked for too, which is no delay. */
function seconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000);
}
