import assert from "node:assert/strict";
import { test } from "node:test";
import { framingOf } from "../../src/http1/framing.ts";

type Value = string | "twice" | undefined;

function framing(length: Value, coding: Value, minor = 1): object {
  const only = (name: string) => (name === "content-length" ? length : coding);
  const result = framingOf({ minor, only }, { bytesMax: 1000, name: "body_bytes" });
  return result.kind === "malformed" ? { status: result.status } : result;
}

test("a request without framing fields has no body", () => {
  assert.deepEqual(framing(undefined, undefined), { kind: "none" });
  assert.deepEqual(framing("0", undefined), { kind: "none" });
});

test("one length, or chunked alone, is a body", () => {
  assert.deepEqual(framing("5", undefined), { kind: "length", length: 5 });
  assert.deepEqual(framing("0005", undefined), { kind: "length", length: 5 });
  assert.deepEqual(framing("1000", undefined), { kind: "length", length: 1000 });
  assert.deepEqual(framing(undefined, "cHuNkEd"), { kind: "chunked" });
});

for (const [name, length, coding, minor, status] of [
  ["both framings", "5", "chunked", 1, 400],
  ["both framings, one empty", "", "chunked", 1, 400],
  ["a repeated length", "twice", undefined, 1, 400],
  ["a repeated coding", undefined, "twice", 1, 400],
  ["an empty length", "", undefined, 1, 400],
  ["a signed length", "+5", undefined, 1, 400],
  ["a negative length", "-1", undefined, 1, 400],
  ["a list of lengths", "5, 5", undefined, 1, 400],
  ["a length in hexadecimal", "0x5", undefined, 1, 400],
  ["a length with a digit that is none in ASCII", "\xb2", undefined, 1, 400],
  ["a length over the limit", "1001", undefined, 1, 413],
  ["a length beyond all numbers", "9".repeat(400), undefined, 1, 413],
  ["chunked in HTTP/1.0", undefined, "chunked", 0, 400],
  ["a coding after chunked", undefined, "chunked, gzip", 1, 400],
  ["an unknown coding", undefined, "xchunked", 1, 400],
  ["a quoted coding", undefined, '"chunked"', 1, 400],
  ["a coding with a parameter", undefined, "chunked;q=1", 1, 400],
  ["an empty coding", undefined, "", 1, 400],
  ["another coding before chunked", undefined, "gzip, chunked", 1, 501],
  ["chunked twice", undefined, "chunked, chunked", 1, 501],
] as const) {
  test(`${name} is refused with ${status}`, () => {
    assert.deepEqual(framing(length, coding, minor), { status });
  });
}
