// The server's figures: counted here or read from those who keep them, and handed out as a
// snapshot. How that looks on a page is exposition.ts's business.
//
// Nobody calls any of this unless a route tells the figures: then each exchange costs a few
// additions more, and all the rest is read when it is asked for.

import type { Clock } from "../base/clock.ts";
import {
  type CacheStats,
  type ConnectionCounts,
  emptyCache,
  noConnections,
} from "../base/counts.ts";
import type { LimitName, LimitWatch } from "../base/limit-watch.ts";
import type { ExchangeLog } from "../http/service.ts";
import { ExchangeCounts } from "./exchange-counts.ts";
import { type ProcessFigures, processSamples } from "./process-samples.ts";
import { ReloadCounts } from "./reload-counts.ts";
import { one, type Samples, type Snapshot } from "./snapshot.ts";

export interface MetricsOptions {
  readonly clock: Clock;
  /** Of this program. */
  readonly version: string;
  readonly process: ProcessWatch;
}

/** What the operating system and Node say of this process. */
export interface ProcessWatch {
  /** Some figures must be collected before they can be told. Twice is once. */
  begin(): void;
  figures(): Promise<ProcessFigures>;
}

export class Metrics implements LimitWatch {
  /** Written by all servers of this process, by one that drains after a reload too. */
  readonly connections: ConnectionCounts = noConnections();
  readonly reloads: ReloadCounts;
  readonly #options: MetricsOptions;
  readonly #exchanges = new ExchangeCounts();
  readonly #hits = new Map<LimitName, number>();
  readonly #startedMs: number;
  #caches: readonly CacheStats[] = [];
  /** Of caches that are no more. */
  readonly #formerCaches: CacheStats = emptyCache();

  constructor(options: MetricsOptions) {
    this.#options = options;
    this.#startedMs = options.clock.monotonicMs();
    this.reloads = new ReloadCounts(options.clock);
  }

  /** From here on exchanges are counted on their way into their log. */
  counting(log: ExchangeLog): ExchangeLog {
    this.#options.process.begin();
    const counts = this.#exchanges;
    return {
      record(exchange, circumstances) {
        counts.record(exchange, circumstances);
        log.record(exchange, circumstances);
      },
    };
  }

  /** A limit had to be enforced. */
  hit(limit: LimitName): void {
    this.#hits.set(limit, (this.#hits.get(limit) ?? 0) + 1);
  }

  /** From now on these are the caches; what former ones have counted stays counted. */
  watchCaches(caches: readonly CacheStats[]): void {
    for (const { hits, misses } of this.#caches) {
      this.#formerCaches.hits += hits;
      this.#formerCaches.misses += misses;
    }
    this.#caches = caches;
  }

  async snapshot(): Promise<Snapshot> {
    const figures = await this.#options.process.figures();
    const samples: Samples = {
      ...this.#exchanges.samples(),
      ...this.#serverSamples(),
      ...this.#cacheSamples(),
      ...this.reloads.samples(),
      ...processSamples(figures),
    };
    return samples;
  }

  #serverSamples(): Samples {
    const { accepted, open, idle } = this.connections;
    const { clock, version } = this.#options;
    return {
      ferrox_refusals_total: [...this.#hits].map(([limit, count]) => one(count, limit)),
      ferrox_connections: [one(open - idle, "active"), one(idle, "idle")],
      ferrox_connections_accepted_total: [one(accepted)],
      ferrox_workers: [one(1)],
      ferrox_uptime_seconds: [one((clock.monotonicMs() - this.#startedMs) / 1000)],
      ferrox_build_info: [one(1, version)],
    };
  }

  #cacheSamples(): Samples {
    const sum = (figure: keyof CacheStats) =>
      this.#caches.reduce((total, cache) => total + cache[figure], this.#formerCaches[figure]);
    return {
      ferrox_cache_hits_total: [one(sum("hits"))],
      ferrox_cache_misses_total: [one(sum("misses"))],
      ferrox_cache_entries: [one(sum("entries"))],
      ferrox_cache_bytes: [one(sum("bytes"))],
    };
  }
}
