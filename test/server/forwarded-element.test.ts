import assert from "node:assert/strict";
import { test } from "node:test";
import { elementsFromRight, parseNode } from "../../src/server/forwarded-element.ts";

for (const [text, address, port] of [
  ["192.0.2.43", "192.0.2.43", 0],
  ["192.0.2.43:47011", "192.0.2.43", 47_011],
  ["[2001:db8:cafe::17]", "2001:db8:cafe::17", 0],
  ["[2001:db8:cafe::17]:47011", "2001:db8:cafe::17", 47_011],
  ["192.0.2.43:_gazonk", "192.0.2.43", 0],
  ["unknown", "unknown", 0],
  ["_hidden", "_hidden", 0],
  ["_SEVKISEK:123", "_SEVKISEK", 123],
] as const) {
  test(`${text} is a node`, () => {
    assert.deepEqual(parseNode(text), { address, port });
  });
}

for (const text of [
  "",
  "2001:db8::17",
  "[192.0.2.43]",
  "[2001:db8::17",
  "192.0.2.256",
  "192.0.2.43:",
  "192.0.2.43:65536",
  "192.0.2.43:4 7",
  "example.org",
  "_",
  "_a b",
  `_${"a".repeat(64)}`,
  "fe80::1%eth0",
]) {
  test(`${JSON.stringify(text.slice(0, 20))} is no node`, () => {
    assert.equal(parseNode(text), undefined);
  });
}

const elements = (list: string) => [...elementsFromRight(list)];

test("elements come from the right, with their parameters in any case and order", () => {
  assert.deepEqual(
    elements('for=192.0.2.60;proto=http;by=203.0.113.43, Proto=https; FOR="[::1]:80"'),
    [
      { for: "[::1]:80", proto: "https" },
      { for: "192.0.2.60", proto: "http" },
    ],
  );
});

test("commas, semicolons and marks inside a quotation end nothing", () => {
  assert.deepEqual(elements('for=_a;ext="a, \\"b\\"; c", for=_b'), [
    { for: "_b", proto: undefined },
    { for: "_a", proto: undefined },
  ]);
});

test("empty elements are none", () => {
  assert.deepEqual(elements(" , for=_a,, "), [{ for: "_a", proto: undefined }]);
});

for (const [what, list] of [
  ["a mark without its twin", 'for="_x'],
  ["half a pair", "for"],
  ["an address that needs quotation", "for=[::1]"],
  ["a parameter twice", "for=_a;for=_b"],
  ["space around the equals sign", "for = _a"],
] as const) {
  test(`${what} cannot be read, and what stands right of it can`, () => {
    assert.deepEqual(elements(`${list}, for=_z`), [{ for: "_z", proto: undefined }, undefined]);
  });
}

test("a long list of anything takes time in proportion", () => {
  for (const piece of ['"', "\\", ",", "for=_a,", ';"\\"']) {
    const began = performance.now();
    assert.ok(elements(piece.repeat(200_000 / piece.length)).length >= 0);
    assert.ok(performance.now() - began < 1_000, piece);
  }
});
