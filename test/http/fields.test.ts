import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf } from "../../src/http/fields.ts";

test("fields are found whatever their case, repeated lines joined in order", () => {
  const fields = fieldsOf([
    ["Accept", "a"],
    ["X", ""],
    ["aCCEPT", "b"],
  ]);
  assert.equal(fields.get("accept"), "a, b");
  assert.equal(fields.count("accept"), 2);
  assert.equal(fields.get("x"), "");
  assert.equal(fields.get("y"), undefined);
  assert.equal([...fields].length, 3);
});
