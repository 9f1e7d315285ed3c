import assert from "node:assert/strict";
import { test } from "node:test";
import { httpErrorOf } from "../../src/handlers/fs-status.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { FsError, type FsErrorCode } from "../../src/vfs/fs-error.ts";

const STATUSES: readonly (readonly [FsErrorCode, number])[] = [
  ["not-found", 404],
  ["not-a-directory", 404],
  ["is-a-directory", 404],
  ["denied", 403],
  ["read-only", 403],
  ["exists", 409],
  ["not-empty", 409],
  ["unavailable", 503],
];

for (const [code, status] of STATUSES) {
  test(`${code} is ${status}`, () => {
    const error = httpErrorOf(new FsError(code, "inner words"), "/x in file system site");
    assert.ok(error instanceof HttpError);
    assert.equal(error.status, status);
    assert.ok(error.reason.endsWith("/x in file system site"), error.reason);
    assert.ok(!error.reason.includes("inner words"));
  });
}

test("what may work again later says when to come back", () => {
  const error = httpErrorOf(new FsError("unavailable", "EMFILE"), "/x");
  assert.ok(error instanceof HttpError);
  assert.deepEqual(error.fields, [["Retry-After", "2"]]);
});

test("the failure itself is kept for the log", () => {
  const cause = new FsError("denied", "EACCES");
  const error = httpErrorOf(cause, "/x");
  assert.ok(error instanceof HttpError);
  assert.equal(error.cause, cause);
});

test("a missing file and a path through a file cannot be told apart", () => {
  const [missing, through] = (["not-found", "not-a-directory"] as const).map((code) =>
    httpErrorOf(new FsError(code, ""), "/x"),
  );
  assert.ok(missing instanceof HttpError && through instanceof HttpError);
  assert.equal(missing.reason, through.reason);
});

test("a bug is passed on as it is", () => {
  const bug = new TypeError("undefined is not a function");
  assert.equal(httpErrorOf(bug, "/x"), bug);
});
