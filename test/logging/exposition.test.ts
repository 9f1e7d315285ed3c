import assert from "node:assert/strict";
import { test } from "node:test";
import { metricsText } from "../../src/logging/exposition.ts";
import { readMetrics } from "../support/metrics-text.ts";

test("a counter is its help, its type and a line for each row of labels", () => {
  const samples = [
    { labels: ["/", "200"], value: 3 },
    { labels: ["", "400"], value: 12_345_678_901_234 },
  ];
  assert.equal(
    metricsText({ ferrox_requests_total: samples }),
    "# HELP ferrox_requests_total Requests answered, by route and status; those of no route, " +
      "refused bytes too, have an empty one\n" +
      "# TYPE ferrox_requests_total counter\n" +
      'ferrox_requests_total{route="/",status="200"} 3\n' +
      'ferrox_requests_total{route="",status="400"} 12345678901234\n',
  );
});

test("a histogram tells how many took this long or less, the sum and the count", () => {
  const buckets = [5, 1, ...Array<number>(14).fill(0), 2];
  const text = metricsText({
    ferrox_request_duration_seconds: [{ labels: ["/"], value: 20.5, buckets }],
  });
  const lines = text.split("\n");
  assert.deepEqual(lines.slice(2, 5), [
    'ferrox_request_duration_seconds_bucket{route="/",le="0.0001"} 5',
    'ferrox_request_duration_seconds_bucket{route="/",le="0.00025"} 6',
    'ferrox_request_duration_seconds_bucket{route="/",le="0.0005"} 6',
  ]);
  assert.deepEqual(lines.slice(17), [
    'ferrox_request_duration_seconds_bucket{route="/",le="10"} 6',
    'ferrox_request_duration_seconds_bucket{route="/",le="+Inf"} 8',
    'ferrox_request_duration_seconds_sum{route="/"} 20.5',
    'ferrox_request_duration_seconds_count{route="/"} 8',
    "",
  ]);
  assert.equal(readMetrics(text).size, 1);
});

test("without labels there are no braces, and without samples nothing at all", () => {
  const text = metricsText({
    ferrox_uptime_seconds: [{ labels: [], value: 1e-7 }],
    ferrox_workers: [],
  });
  assert.equal(text.split("\n")[2], "ferrox_uptime_seconds 1e-7");
  assert.equal(readMetrics(text).get("ferrox_uptime_seconds")?.samples.size, 1);
  assert.equal(metricsText({}), "");
});

test("no route can forge a line", () => {
  const route = '/"} 1\nferrox_requests_total{route="x\\\u2028ü';
  const text = metricsText({ ferrox_requests_total: [{ labels: [route, "200"], value: 1 }] });
  assert.equal(
    text.split("\n")[2],
    'ferrox_requests_total{route="/\\"} 1\\nferrox_requests_total{route=\\"x\\\\\u2028ü",status="200"} 1',
  );
  assert.equal(readMetrics(text).get("ferrox_requests_total")?.samples.size, 1);
});
