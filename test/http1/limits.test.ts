import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";

test("no limit is absent by default but those on requests and on the speed of answers", () => {
  for (const [name, value] of Object.entries(DEFAULT_HTTP1_LIMITS)) {
    if (name === "requestsMax" || name === "bandwidthMax") assert.equal(value, 0);
    else assert.ok(Number.isFinite(value) && value > 0, name);
  }
});

test("a head that is refused for its length is never larger than one that is read", () => {
  const { requestLineBytesMax, headBytesMax } = DEFAULT_HTTP1_LIMITS;
  assert.equal(requestLineBytesMax + headBytesMax, 16 * 1024);
});
