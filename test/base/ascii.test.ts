import assert from "node:assert/strict";
import { test } from "node:test";
import {
  equalsIgnoringCase,
  FIELD_VALUE,
  hexValue,
  isDigit,
  TOKEN,
  trimText,
} from "../../src/base/ascii.ts";

function charactersOf(table: Uint8Array): string {
  const bytes = Array.from(table.keys()).filter((byte) => table[byte] === 1);
  return Buffer.from(bytes).toString("latin1");
}

test("a token has the 77 characters of RFC 9110, section 5.6.2", () => {
  assert.equal(TOKEN.length, 256);
  assert.equal(
    charactersOf(TOKEN),
    "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~",
  );
});

test("a field value has no control character but the tab", () => {
  for (let byte = 0; byte < 256; byte++) {
    const allowed = byte === 0x09 || (byte >= 0x20 && byte !== 0x7f);
    assert.equal(FIELD_VALUE[byte], allowed ? 1 : 0, `byte ${byte}`);
  }
});

for (const [text, lower, equal] of [
  ["chunked", "chunked", true],
  ["cHuNkEd", "chunked", true],
  ["Content-Length", "content-length", true],
  ["chunke", "chunked", false],
  ["chunkedx", "chunked", false],
  ["xhunked", "chunked", false],
  ["a\rb", "a-b", false], // differ by the bit that folds letters only
  ["[", "{", false],
  ["@", "`", false],
  ["chunâ\x84ªed", "chunked", false], // the Kelvin sign, which Unicode folds to k
  ["", "", true],
] as const) {
  test(`${JSON.stringify(text)} ${equal ? "is" : "is not"} ${lower || "empty"}`, () => {
    const bytes = Buffer.from(`..${text}..`, "latin1");
    assert.equal(equalsIgnoringCase(bytes, 2, 2 + text.length, lower), equal);
  });
}

test("bytes past the end of the buffer equal nothing", () => {
  assert.equal(equalsIgnoringCase(Buffer.from("ab"), 1, 3, "bc"), false);
});

test("only spaces and tabs are trimmed from text", () => {
  assert.equal(trimText(" \t a b\t "), "a b");
  assert.equal(trimText("\xa0a\x0b"), "\xa0a\x0b");
  assert.equal(trimText("\t \t"), "");
  assert.equal(trimText(""), "");
});

test("digits are ASCII digits", () => {
  assert.deepEqual(
    [..."0/9:²"].map((digit) => isDigit(digit.charCodeAt(0))),
    [true, false, true, false, false],
  );
  assert.equal(isDigit(undefined), false);
});

test("hexadecimal digits have values in both cases, others have none", () => {
  const values = Array.from({ length: 256 }, (_, byte) => hexValue(byte));
  const digits = "0123456789abcdef";
  for (let byte = 0; byte < 256; byte++) {
    const expected = digits.indexOf(String.fromCharCode(byte).toLowerCase());
    assert.equal(values[byte], expected, `byte ${byte}`);
  }
  assert.equal(hexValue(undefined), -1);
  assert.equal(hexValue(Number.NaN), -1, "charCodeAt() past the end");
});
