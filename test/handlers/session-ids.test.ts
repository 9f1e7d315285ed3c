import assert from "node:assert/strict";
import { test } from "node:test";
import { makeId, readId } from "../../src/handlers/session-ids.ts";

const SEAL = { key: Buffer.from("secret"), nowSeconds: 1000, purpose: "192.0.2.1" };

test("an id is 40 characters of base64, and no two are the same", () => {
  const ids = Array.from({ length: 100 }, () => makeId(SEAL, ""));
  for (const id of ids) assert.match(id, /^[A-Za-z0-9+/]{40}$/);
  assert.equal(new Set(ids).size, 100);
});

test("an id says how old it is, and what was said with it", () => {
  const read = readId(makeId(SEAL, "k\u00e4the"), 1060);
  assert.equal(read?.ageSeconds, 60);
  assert.equal(read?.rest, "k\u00e4the");
  assert.equal(read?.isFor(SEAL), true);
});

test("an id proves nothing for another purpose, or under another key", () => {
  const read = readId(makeId(SEAL, ""), 1000);
  assert.equal(read?.isFor({ ...SEAL, purpose: "192.0.2.2" }), false);
  assert.equal(read?.isFor({ ...SEAL, key: Buffer.from("secreT") }), false);
});

test("purpose and what was said cannot be shifted into each other", () => {
  const read = readId(makeId({ ...SEAL, purpose: "ab" }, "c"), 1000);
  const shifted = readId(makeId({ ...SEAL, purpose: "a" }, "bc"), 1000);
  assert.equal(read?.isFor({ ...SEAL, purpose: "a" }), false);
  assert.equal(shifted?.isFor({ ...SEAL, purpose: "ab" }), false);
});

test("an id with any bit turned is none of ours", () => {
  const bytes = Buffer.from(makeId(SEAL, "u"), "base64");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const turned = Buffer.from(bytes);
    turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const read = readId(turned.toString("base64"), 1000);
    assert.equal(read?.isFor(SEAL), false, `bit ${bit}`);
  }
});

test("an id from the future is older than anything", () => {
  assert.equal(readId(makeId({ ...SEAL, nowSeconds: 1001 }, ""), 1000)?.ageSeconds, 4_294_967_295);
});

test("seconds may run over the end of their four bytes", () => {
  const nowSeconds = 2 ** 32 - 1;
  assert.equal(readId(makeId({ ...SEAL, nowSeconds }, ""), nowSeconds + 3)?.ageSeconds, 3);
});

for (const id of ["", "x", "A".repeat(39), "A".repeat(36), "-".repeat(40), `${"A".repeat(40)}=`]) {
  test(`"${id}" is no id`, () => {
    assert.equal(readId(id, 1000), undefined);
  });
}
