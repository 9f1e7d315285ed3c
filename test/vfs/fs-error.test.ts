import assert from "node:assert/strict";
import { test } from "node:test";
import { FsError } from "../../src/vfs/fs-error.ts";

test("an FsError carries its code, and its cause only when there is one", () => {
  const cause = new Error("EIO");
  const error = new FsError("unavailable", "/a cannot be read now", cause);
  assert.deepEqual([error.name, error.code, error.cause], ["FsError", "unavailable", cause]);
  assert.equal("cause" in new FsError("not-found", "/a not found"), false);
});
