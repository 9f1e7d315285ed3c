// What is counted of every exchange: by route, in rows that are there before they are needed, so
// that counting one is a few additions and makes no text.

import type { Circumstances, Exchange } from "../http/service.ts";
import { Histogram } from "./histogram.ts";
import { one, type Sample, type Samples } from "./snapshot.ts";

/** Routes with figures of their own; a long list of redirects is no reason for a long page. */
const ROUTES_MAX = 200;
const OTHERS = "(others)";

const STATUSES = 600;

class Row {
  readonly route: string;
  readonly byStatus = new Float64Array(STATUSES);
  readonly durations = new Histogram();
  sentBytes = 0;
  receivedBytes = 0;

  constructor(route: string) {
    this.route = route;
  }
}

export class ExchangeCounts {
  readonly #rows = new Map<string, Row>();
  #incomplete = 0;

  record(exchange: Exchange, { route }: Circumstances): void {
    const row = this.#rows.get(route) ?? this.#newRow(route);
    const { status } = exchange.response;
    row.byStatus[status] = (row.byStatus[status] ?? 0) + 1;
    row.durations.record(exchange.durationMs);
    row.sentBytes += exchange.bodyBytes;
    row.receivedBytes += exchange.receivedBytes ?? 0;
    if (!exchange.complete) this.#incomplete++;
  }

  /** For a route that was not asked for before. */
  #newRow(route: string): Row {
    const name = this.#rows.size < ROUTES_MAX ? route : OTHERS;
    const row = this.#rows.get(name) ?? new Row(name);
    this.#rows.set(name, row);
    return row;
  }

  samples(): Samples {
    const rows = [...this.#rows.values()];
    return {
      ferrox_requests_total: rows.flatMap(statusSamples),
      ferrox_request_duration_seconds: rows.map(({ route, durations }) => ({
        labels: [route],
        value: durations.sumSeconds,
        buckets: durations.counts,
      })),
      ferrox_response_body_bytes_total: rows.map((row) => one(row.sentBytes, row.route)),
      ferrox_request_body_bytes_total: rows.map((row) => one(row.receivedBytes, row.route)),
      ferrox_responses_incomplete_total: [one(this.#incomplete)],
    };
  }
}

function statusSamples({ route, byStatus }: Row): readonly Sample[] {
  const samples: Sample[] = [];
  for (const [status, count] of byStatus.entries()) {
    if (count > 0) samples.push(one(count, route, String(status)));
  }
  return samples;
}
