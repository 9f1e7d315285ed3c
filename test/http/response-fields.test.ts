import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSendable } from "../../src/http/response-fields.ts";

test("names are tokens, values hold no control byte, framing belongs to the driver", () => {
  assertSendable([
    ["X-One", "a\tb \xe9"],
    ["x!#$%&'*+-.^_`|~1", ""],
  ]);
  for (const field of [
    ["X", "a\rb"],
    ["X", "a\nb"],
    ["X", "\x7f"],
    ["X", "\u0100"],
    ["X Y", "a"],
    ["", "a"],
    ["Connection", "close"],
    ["CONTENT-LENGTH", "5"],
    ["Trailer", "x"],
  ] as const) {
    assert.throws(() => assertSendable([field]), TypeError, JSON.stringify(field));
  }
});
