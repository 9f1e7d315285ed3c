import assert from "node:assert/strict";
import { test } from "node:test";
import { sourceTextOf } from "../../src/config/source-text.ts";

test("an offset becomes line and column, with the line as it is", () => {
  const { placeAt } = sourceTextOf("a: 1\nbb: 22\n", "f.yml");
  assert.deepEqual(placeAt(9, 2), {
    name: "f.yml",
    spot: { line: 2, column: 5, source: "bb: 22", width: 2 },
  });
});

test("a byte order mark does not move columns, and CRLF is no part of a line", () => {
  const { text, placeAt } = sourceTextOf("\ufeffa: 1\r\nb: 2\r\n", "f.yml");
  assert.equal(text, "a: 1\r\nb: 2\r\n");
  assert.deepEqual(placeAt(3).spot, { line: 1, column: 4, source: "a: 1", width: 1 });
  assert.deepEqual(placeAt(6).spot, { line: 2, column: 1, source: "b: 2", width: 1 });
});

test("an offset inside a line break is the end of its line", () => {
  const { placeAt } = sourceTextOf("a: 1\r\n", "f.yml");
  assert.deepEqual(placeAt(5).spot, { line: 1, column: 5, source: "a: 1", width: 1 });
});

test("what goes on over lines is underlined to the end of the first", () => {
  const { placeAt } = sourceTextOf("a: [1,\n 2]\n", "f.yml");
  assert.deepEqual(placeAt(3, 7).spot, { line: 1, column: 4, source: "a: [1,", width: 3 });
});

test("the end of an empty text is a place too", () => {
  const { placeAt } = sourceTextOf("", "f.yml");
  assert.deepEqual(placeAt(0).spot, { line: 1, column: 1, source: "", width: 1 });
});
