import assert from "node:assert/strict";
import { STATUS_CODES } from "node:http";
import { test } from "node:test";
import { allowsBody, reasonPhrase } from "../../src/http/status.ts";

// Where the platform's list is older than RFC 9110, or has what the registry has not.
const DIFFERENT: Readonly<Record<string, string>> = {
  413: "Content Too Large", // was "Payload Too Large"
  422: "Unprocessable Content", // was "Unprocessable Entity"
  418: "", // "I'm a Teapot": reserved as unused
  509: "", // "Bandwidth Limit Exceeded": never registered
  510: "", // "Not Extended": obsoleted
};

test("reason phrases are those of the registry", () => {
  for (let status = 100; status < 600; status++) {
    const expected = DIFFERENT[status] ?? STATUS_CODES[status] ?? "";
    assert.equal(reasonPhrase(status), expected, `${status}`);
  }
});

test("what is no status has no phrase", () => {
  assert.equal(reasonPhrase(299), "");
  assert.equal(reasonPhrase(Number.NaN), "");
});

for (const [status, allows] of [
  [100, false],
  [101, false],
  [103, false],
  [200, true],
  [204, false],
  [205, true],
  [206, true],
  [301, true],
  [304, false],
  [404, true],
  [500, true],
] as const) {
  test(`${status} ${allows ? "is framed with a length" : "ends with its head"}`, () => {
    assert.equal(allowsBody(status), allows);
  });
}
