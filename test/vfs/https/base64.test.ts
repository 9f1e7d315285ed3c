import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeBase64, encodeBase64 } from "../../../src/vfs/https/base64.ts";

for (const [bytes, text] of [
  ["", ""],
  ["f", "Zg=="],
  ["fo", "Zm8="],
  ["foobar", "Zm9vYmFy"],
] as const) {
  test(`"${bytes}" is "${text}" (RFC 4648, section 10)`, () => {
    assert.equal(encodeBase64(Buffer.from(bytes)), text);
    assert.deepEqual(decodeBase64(text), Buffer.from(bytes));
  });
}

test("of a larger buffer only the part that was given is encoded", () => {
  assert.equal(encodeBase64(new Uint8Array([1, 102, 1]).subarray(1, 2)), "Zg==");
});

for (const text of ["Zg", "Zg=", "Zg==\n", "Z g==", "-_8=", "Zh==", "Zg==Zg==", "=", "Zm9v*"]) {
  test(`${JSON.stringify(text)} is no base64`, () => {
    assert.equal(decodeBase64(text), undefined);
  });
}
