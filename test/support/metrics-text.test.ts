import assert from "node:assert/strict";
import { test } from "node:test";
import { readMetrics } from "./metrics-text.ts";

const HEAD = "# HELP a_total A.\n# TYPE a_total counter\n";
const ROWS = "# HELP h H.\n# TYPE h histogram\n";

test("a good page is read", () => {
  const page =
    `${HEAD}a_total{x="\\"\\\\\\n}, y=",b=""} 3\na_total 4.5e-07\n` +
    `${ROWS}h_bucket{r="a",le="0.5"} 1\nh_bucket{r="a",le="+Inf"} 2\nh_sum{r="a"} 7\nh_count{r="a"} 2\n`;
  const families = readMetrics(page);
  assert.deepEqual([...families.keys()], ["a_total", "h"]);
  assert.equal(families.get("a_total")?.samples.get("a_total"), 4.5e-7);
  assert.equal(families.get("h")?.samples.get('h_bucket{r="a",le="+Inf"}'), 2);
});

for (const [page, complaint] of [
  ["", /no end/],
  [`${HEAD}a_total 1`, /no end/],
  ["a 1\n", /not a help/],
  [`${HEAD}b_total 1\n`, /not a sample of a_total/],
  [`${HEAD}a_total  1\n`, /not a sample/],
  [`${HEAD}a_total NaN\n`, /not a number/],
  [`${HEAD}a_total 1\na_total 2\n`, /told twice/],
  [`${HEAD}a_total{} 1\n`, /braces around nothing/],
  [`${HEAD}a_total{x="\\t"} 1\n`, /cannot be read/],
  [`${HEAD}a_total{x="a" y="b"} 1\n`, /cannot be read/],
  [`${HEAD}a_total{x="a",} 1\n`, /cannot be read/],
  [`${HEAD}a_total{x="a",x="b"} 1\n`, /stands twice/],
  [`${HEAD}a_total{le="1"} 1\n`, /a stray bound/],
  [`${HEAD}a_total -1\n`, /less than nothing/],
  [HEAD, /no samples/],
  [`${HEAD}a_total 1\n${HEAD}a_total 1\n`, /comes twice/],
  ["# HELP a A.\n# TYPE a counter\na 1\n", /a is a counter/],
  ["# HELP a A.\n# TYPE a gauges\na 1\n", /not the type/],
  ["# TYPE a gauge\na 1\n", /not a help/],
  ["# HELP a A.\na 1\n", /not the type/],
  [`${ROWS}h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`, /no \+Inf/],
  [`${ROWS}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`, /do not grow/],
  [`${ROWS}h_bucket{le="1"} 1\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`, /told twice/],
  [`${ROWS}h_bucket{le="1"} 1\nh_bucket{le="1.0"} 1\nh_sum 1\nh_count 1\n`, /a bound twice/],
  [`${ROWS}h_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n`, /not what the buckets say/],
  [`${ROWS}h_bucket{le="+Inf"} 1\nh_count 1\n`, /without a sum or a count/],
] as const) {
  test(`refused: ${JSON.stringify(page.replace(HEAD, "").replace(ROWS, ""))}`, () => {
    assert.throws(() => readMetrics(page), complaint);
  });
}
