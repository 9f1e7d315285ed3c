import assert from "node:assert/strict";
import { test } from "node:test";
import { expected, harmless, shortened, shown } from "../../src/config/reading.ts";

for (const [value, text] of [
  [null, "nothing"],
  [undefined, "nothing"],
  ["a", '"a"'],
  ["a\u001b[31m\n", '"a\\x1b[31m\\x0a"'],
  [5, "5"],
  [true, "true"],
  [["a"], "a list"],
  [{ a: 1 }, "keys and values"],
  ["y".repeat(100), `"${"y".repeat(59)}…"`],
] as const) {
  test(`a value is shown to people as ${text}`, () => {
    assert.equal(shown(value), text);
  });
}

test("what turns the reading direction, or is half a character, is spelled out", () => {
  assert.equal(harmless("a\u202eb\u2028c\ud800d"), "a\\u202eb\\u2028c\\ud800d");
  assert.equal(harmless("é ☕ 😀"), "é ☕ 😀");
});

test("text is cut with an ellipsis, which counts", () => {
  assert.equal(shortened("abcdef", 6), "abcdef");
  assert.equal(shortened("abcdefg", 6), "abcde…");
});

test("most faults say what was expected and what was there", () => {
  assert.deepEqual(expected("a port", "x", "digits"), {
    kind: "fault",
    message: 'expected a port, got "x"',
    hint: "digits",
  });
});
