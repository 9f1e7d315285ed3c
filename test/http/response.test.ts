import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceOf } from "../../src/base/byte-source.ts";
import {
  type Body,
  bodyLength,
  isReusable,
  NO_BODY,
  type Response,
  reusable,
} from "../../src/http/response.ts";

const RANGE: Body = { kind: "range", source: sourceOf(Buffer.alloc(9)), start: 2, length: 5 };
const STREAM: Body = { kind: "stream", chunks: (async function* () {})(), length: undefined };

test("a reusable response is frozen and known by identity", () => {
  const response: Response = { status: 200, fields: [["ETag", '"1"']], body: NO_BODY };
  assert.equal(isReusable(response), false);
  assert.equal(reusable(response), response);
  assert.equal(isReusable(response), true);
  assert.equal(isReusable({ ...response }), false, "a copy is another value");
  assert.ok(Object.isFrozen(response) && Object.isFrozen(response.fields));
});

test("a body that can be sent only once cannot be reused", () => {
  for (const body of [RANGE, STREAM]) {
    assert.throws(() => reusable({ status: 200, fields: [], body }), /only once/);
  }
});

test("the length of each kind of body", () => {
  assert.equal(bodyLength(NO_BODY), 0);
  assert.equal(bodyLength({ kind: "bytes", bytes: Buffer.alloc(3) }), 3);
  assert.equal(bodyLength(RANGE), 5);
  assert.equal(bodyLength(STREAM), undefined);
});
