import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { codeOf } from "../../src/base/system-error.ts";
import { tempFolder } from "../support/temp-folder.ts";

test("an error of the system has a code", (t) => {
  const missing = join(tempFolder(t), "missing");
  assert.throws(
    () => statSync(missing),
    (error) => codeOf(error) === "ENOENT",
  );
});

test("an argument that Node refuses is a fault of ours", () => {
  assert.throws(
    () => Buffer.alloc(-1),
    (error) => error instanceof RangeError && codeOf(error) === undefined,
  );
  assert.throws(
    () => Buffer.from(Reflect.get({}, "nothing")),
    (error) => error instanceof TypeError && codeOf(error) === undefined,
  );
});

test("whatever else was thrown has none", () => {
  assert.equal(codeOf(new Error("ours")), undefined);
  // A DOMException counts its kinds.
  assert.equal(codeOf(Object.assign(new Error("an abort"), { code: 20 })), undefined);
  assert.equal(codeOf({ code: "ENOENT" }), undefined);
  assert.equal(codeOf(undefined), undefined);
});
