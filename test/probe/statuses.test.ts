import assert from "node:assert/strict";
import { test } from "node:test";
import { isStatusIn, statusesText } from "../../src/probe/statuses.ts";

for (const [set, yes, no] of [
  ["200", [200], [201, 400]],
  ["2xx 404", [200, 299, 404], [300, 403, 400]],
  ["4xx -400 -408", [401, 499], [400, 408, 200]],
  ["-400 4xx", [404], [400]],
] as const) {
  test(`${set} holds ${yes} and not ${no}`, () => {
    for (const status of yes) assert.ok(isStatusIn(set, status), `${status}`);
    for (const status of no) assert.ok(!isStatusIn(set, status), `${status}`);
  });
}

test("a set is told as people would", () => {
  assert.equal(statusesText("2xx 404"), "2xx or 404");
  assert.equal(statusesText("4xx -400 -408"), "4xx, but not 400 or 408");
});
