import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOfText, textOfBytes } from "../../src/base/surrogate-escape.ts";
import { decodeSegment, encodePath, encodeSegment } from "../../src/http/percent.ts";
import { randomFrom } from "../support/random.ts";

for (const [name, encoded] of [
  ["ok.txt", "ok.txt"],
  ["a b.txt", "a%20b.txt"],
  ["a%20b.txt", "a%2520b.txt"],
  ["café.txt", "caf%C3%A9.txt"],
  ["\u{1F42F}", "%F0%9F%90%AF"], // its second half is U+DC2F, but not alone
  ["\uDCFF\uDCFE.txt", "%FF%FE.txt"],
  ["a\uDC2Fb", "a%2Fb"],
  ["a/b", "a%2Fb"],
  ["q?mark#hash", "q%3Fmark%23hash"],
  ["back\\slash", "back%5Cslash"],
  ['<img src=x onerror="alert(1)">', "%3Cimg%20src=x%20onerror=%22alert(1)%22%3E"],
  ["javascript:alert(1)", "javascript:alert(1)"], // safe behind "./"
  ["new\nline\ttab", "new%0Aline%09tab"],
  ["it's & more", "it's%20&%20more"], // HTML escaping is the page's business
  ["-._~!$&'()*+,;=:@", "-._~!$&'()*+,;=:@"],
  ["[]{}|^`", "%5B%5D%7B%7D%7C%5E%60"],
  ["", ""],
] as const) {
  test(`the name ${JSON.stringify(name)} is ${encoded} in a URI`, () => {
    assert.equal(encodeSegment(name), encoded);
  });
}

for (const [path, encoded] of [
  ["/", "/"],
  ["/a/b/", "/a/b/"],
  ["/dür/a b", "/d%C3%BCr/a%20b"],
  ["/a\uDC2Fb/c", "/a%2Fb/c"],
  ["//evil.example/", "/evil.example/"],
  ["/\\evil.example/", "/%5Cevil.example/"],
  ["/\uDC2Fevil.example", "/%2Fevil.example"],
  ["/a?b#c", "/a%3Fb%23c"],
] as const) {
  test(`the path ${JSON.stringify(path)} is written ${encoded}`, () => {
    assert.equal(encodePath(path), encoded);
  });
}

test("an encoded path stays on its host, whatever it was", () => {
  const random = randomFrom(2141);
  const pieces = [
    "/",
    "//",
    "\\",
    "\t",
    "\n",
    " ",
    "evil.example",
    "@",
    ":",
    "%2f",
    "\uDC2F",
    "?",
  ] as const;
  for (let round = 0; round < 20_000; round++) {
    let path = "/";
    for (let count = random.below(6); count > 0; count--) path += random.pick(pieces);
    const encoded = encodePath(path);
    assert.equal(new URL(encoded, "http://localhost").host, "localhost", JSON.stringify(path));
    assert.match(encoded, /^\/(?:[^/\\]|$)/, JSON.stringify(path));
  }
});

test("any name of bytes survives encoding and decoding", () => {
  const random = randomFrom(252);
  for (let round = 0; round < 20_000; round++) {
    // A slash is the one byte (with NUL) that no name has.
    const name = textOfBytes(random.bytes(8).map((byte) => (byte === 0x2f ? 0x2e : byte)));
    assert.equal(decodeSegment(encodeSegment(name)), name, bytesOfText(name).toString("hex"));
  }
});

for (const raw of ["%", "%4", "%zz", "%4g", "a%", "%%41", "%+1", "%0x"]) {
  test(`${raw} cannot be decoded`, () => {
    assert.equal(decodeSegment(raw), undefined);
  });
}
