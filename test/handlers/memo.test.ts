import assert from "node:assert/strict";
import { test } from "node:test";
import { type Memo, memoOf, withMemo } from "../../src/handlers/memo.ts";
import { NO_BODY, type Response } from "../../src/http/response.ts";

const MEMO: Memo = {
  representation: {
    fields: [],
    mediaType: "text/plain",
    size: 0,
    validators: { etag: undefined, lastModifiedMs: undefined },
  },
  bytes: undefined,
  dependsOn: [],
  isCurrent: () => Promise.resolve(true),
};

test("a memo belongs to one value, not to one that looks like it", () => {
  const response: Response = { status: 200, fields: [], body: NO_BODY };
  assert.equal(withMemo(response, MEMO), response);
  assert.equal(memoOf(response), MEMO);
  assert.equal(memoOf({ ...response }), undefined);
});
