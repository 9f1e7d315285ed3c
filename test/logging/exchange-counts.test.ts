import assert from "node:assert/strict";
import { test } from "node:test";
import { ExchangeCounts } from "../../src/logging/exchange-counts.ts";
import { AT, exchange } from "./exchanges.ts";

const at = (route: string) => ({ ...AT, route });

test("exchanges are counted by route and status, with bytes both ways and time", () => {
  const counts = new ExchangeCounts();
  counts.record(exchange({ durationMs: 0.05 }), at("/"));
  counts.record(exchange({ durationMs: 20, receivedBytes: 7 }), at("/"));
  counts.record(exchange({ status: 404, bodyBytes: 100 }), at("/"));
  counts.record(exchange({ status: 431, request: undefined, bodyBytes: 9 }), at(""));
  counts.record(exchange({ complete: false, bodyBytes: 1 }), at("b.example/up/"));
  const samples = counts.samples();
  assert.deepEqual(samples.ferrox_requests_total, [
    { labels: ["/", "200"], value: 2 },
    { labels: ["/", "404"], value: 1 },
    { labels: ["", "431"], value: 1 },
    { labels: ["b.example/up/", "200"], value: 1 },
  ]);
  assert.deepEqual(samples.ferrox_response_body_bytes_total, [
    { labels: ["/"], value: 1124 },
    { labels: [""], value: 9 },
    { labels: ["b.example/up/"], value: 1 },
  ]);
  assert.deepEqual(samples.ferrox_request_body_bytes_total?.[0], { labels: ["/"], value: 7 });
  assert.deepEqual(samples.ferrox_responses_incomplete_total, [{ labels: [], value: 1 }]);
  const [first] = samples.ferrox_request_duration_seconds ?? [];
  assert.deepEqual(first?.buckets, [1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test("two hundred routes have figures of their own, all later ones share theirs", () => {
  const counts = new ExchangeCounts();
  for (let number = 0; number < 250; number++) {
    counts.record(exchange(), at(`/${number}`));
    counts.record(exchange(), at(`/${number}`));
  }
  counts.record(exchange(), at("/0"));
  const samples = counts.samples().ferrox_requests_total ?? [];
  assert.equal(samples.length, 201);
  assert.deepEqual(samples[0], { labels: ["/0", "200"], value: 3 });
  assert.deepEqual(samples[200], { labels: ["(others)", "200"], value: 100 });
});
