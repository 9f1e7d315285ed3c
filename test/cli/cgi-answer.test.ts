import assert from "node:assert/strict";
import { test } from "node:test";
import { cgiAnswer } from "../../src/cli/cgi-answer.ts";

test("an answer begins with its status, and says the type of its body", () => {
  const bytes = Buffer.from('{"a":"\u00e4"}');
  const answer = cgiAnswer({ status: 200, fields: [["X", "y"]], body: { kind: "bytes", bytes } });
  assert.equal(
    answer.toString(),
    'Status: 200 OK\r\nX: y\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a":"\u00e4"}',
  );
});

test("an answer without a body has no type", () => {
  const answer = cgiAnswer({ status: 404, fields: [], body: { kind: "none" } });
  assert.equal(answer.toString(), "Status: 404 Not Found\r\nContent-Length: 0\r\n\r\n");
});
