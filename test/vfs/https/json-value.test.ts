import assert from "node:assert/strict";
import { test } from "node:test";
import {
  booleanOf,
  exactNumberOf,
  fieldsIn,
  jsonIn,
  largeNumberOf,
  listOf,
  onlyField,
  textOf,
} from "../../../src/vfs/https/json-value.ts";

test("what is no JSON is told from JSON that says null", () => {
  assert.equal(jsonIn(Buffer.from("{")), undefined);
  assert.equal(jsonIn(Buffer.from("null")), null);
});

test("a hundred thousand brackets are read without running out of stack", () => {
  const depth = 100_000;
  const json = jsonIn(Buffer.from("[".repeat(depth) + "]".repeat(depth)));
  assert.equal(listOf(json)?.length, 1);
});

test("a piece is given only when it has the form that was asked for", () => {
  assert.equal(textOf("a"), "a");
  assert.equal(textOf(1), undefined);
  assert.equal(textOf("\udc80"), undefined);
  assert.equal(textOf("\u{1F42F}"), "\u{1F42F}");
  assert.equal(booleanOf(false), false);
  assert.equal(booleanOf(0), undefined);
  assert.equal(listOf({}), undefined);
  assert.equal(exactNumberOf(0), 0);
  assert.equal(exactNumberOf(-0), undefined);
  assert.equal(exactNumberOf(2 ** 53), undefined);
  assert.equal(largeNumberOf(2 ** 64), 9_007_199_254_740_991);
  assert.equal(largeNumberOf(2 ** 65), undefined);
});

test("what an object inherits is no field of it", () => {
  const fields = fieldsIn({ path: "/" });
  assert.equal(fields("path"), "/");
  assert.equal(fields("constructor"), undefined);
  assert.equal(fieldsIn(["a"])("length"), undefined);
});

test("an only field has no others beside it", () => {
  assert.deepEqual(onlyField({ Ok: 1 }), ["Ok", 1]);
  assert.equal(onlyField({ Ok: 1, Err: 2 }), undefined);
  assert.equal(onlyField({}), undefined);
  assert.equal(onlyField(["Ok"]), undefined);
});
