import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsIn, fieldValue, linesIn } from "../../../src/handlers/precomputed/header-block.ts";
import { BadResource } from "../../../src/handlers/precomputed/resource.ts";
import { BAD_FIELDS } from "./sample.ts";

test("fields are read without the blanks around them, and kept with them", () => {
  const block = Buffer.from("A:  b \r\nc:d\r\n\r\n");
  assert.deepEqual(fieldsIn(block), [
    ["A", "b"],
    ["c", "d"],
  ]);
  assert.equal(linesIn(block), "A:  b \r\nc:d\r\n");
});

test("an empty line alone is a block without fields", () => {
  assert.deepEqual(fieldsIn(Buffer.from("\r\n")), []);
  assert.equal(linesIn(Buffer.from("\r\n")), "");
});

test("a field is found whatever its case", () => {
  assert.equal(fieldValue([["ETag", '"a"']], "etag"), '"a"');
  assert.equal(fieldValue([], "etag"), undefined);
});

for (const block of [
  ...BAD_FIELDS.map((fields) => `${fields}\r\n\r\n`),
  "",
  "A: b\r\n",
  "A: b\n\n",
]) {
  test(`${JSON.stringify(block)} cannot be sent`, () => {
    assert.throws(() => fieldsIn(Buffer.from(block)), BadResource);
  });
}
