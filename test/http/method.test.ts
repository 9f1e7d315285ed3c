import assert from "node:assert/strict";
import { test } from "node:test";
import { isIdempotent, isSafe, KNOWN_METHODS } from "../../src/http/method.ts";

for (const [method, safe, idempotent] of [
  ["GET", true, true],
  ["HEAD", true, true],
  ["OPTIONS", true, true],
  ["TRACE", true, true],
  ["PROPFIND", true, true],
  ["PUT", false, true],
  ["DELETE", false, true],
  ["MKCOL", false, true],
  ["COPY", false, true],
  ["MOVE", false, true],
  ["UNLOCK", false, true],
  ["PROPPATCH", false, true],
  ["POST", false, false],
  ["PATCH", false, false],
  ["LOCK", false, false],
  ["CONNECT", false, false],
] as const) {
  test(`${method} is known, ${safe ? "" : "not "}safe and ${idempotent ? "" : "not "}idempotent`, () => {
    assert.deepEqual(
      [KNOWN_METHODS.has(method), isSafe(method), isIdempotent(method)],
      [true, safe, idempotent],
    );
  });
}

test("methods are case-sensitive, and others are not known", () => {
  for (const method of ["get", "Get", "GE", "MKCOLA", "M-SEARCH", "constructor", ""]) {
    assert.deepEqual(
      [KNOWN_METHODS.has(method), isSafe(method), isIdempotent(method)],
      [false, false, false],
      method,
    );
  }
});
