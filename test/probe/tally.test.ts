import assert from "node:assert/strict";
import { test } from "node:test";
import { countsOf, failuresAt, resultsOf, skippedWhy, tally } from "../../src/probe/tally.ts";
import { REPORT, RESULTS } from "./results-example.ts";

const [GROUP] = REPORT.groups;
const without = (...ids: string[]) => RESULTS.filter(({ id }) => !ids.includes(id));

test("what was skipped counts neither way", () => {
  assert.deepEqual(countsOf(RESULTS), {
    must: { passed: 1, run: 2 },
    should: { passed: 0, run: 1 },
    house: { passed: 0, run: 1 },
  });
});

test("a broken must fails a server", () => {
  assert.equal(tally({ results: RESULTS, stopped: undefined }, false).passed, false);
});

test("what should be, and our taste, fail it only when they count", () => {
  const results = without("host/broken");
  assert.equal(tally({ results, stopped: undefined }, false).passed, true);
  assert.equal(tally({ results, stopped: undefined }, true).passed, false);
  const kept = without("host/broken", "host/advice", "host/taste");
  assert.equal(tally({ results: kept, stopped: undefined }, true).passed, true);
  const tasteless = without("host/broken", "host/advice");
  assert.equal(tally({ results: tasteless, stopped: undefined }, true).passed, false);
});

test("who was not asked everything has not passed", () => {
  const results = without("host/broken");
  assert.equal(tally({ results, stopped: "the server had gone" }, false).passed, false);
});

test("results are found by group and level, reasons by number", () => {
  assert.ok(GROUP !== undefined);
  assert.equal(resultsOf(GROUP, RESULTS).length, 5);
  assert.equal(resultsOf({ ...GROUP, name: "other" }, RESULTS).length, 0);
  assert.deepEqual(
    failuresAt("should", RESULTS).map(({ id }) => id),
    ["host/advice"],
  );
  assert.deepEqual(
    failuresAt("must", RESULTS).map(({ id }) => id),
    ["host/broken"],
  );
  const twice = [...RESULTS, ...RESULTS.slice(-1)];
  assert.deepEqual(skippedWhy(twice), [["no ETag here", 2]]);
});
