import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOfText, textOfBytes } from "../../src/base/surrogate-escape.ts";
import { randomFrom } from "../support/random.ts";

for (const [what, hex, text] of [
  ["nothing", "", ""],
  ["ASCII", "6f6b2e747874", "ok.txt"],
  ["a NUL", "0061", "\0a"],
  ["two bytes", "c3bc6e69", "üni"],
  ["three bytes", "e282ac", "€"],
  ["four bytes", "f09f90af", "\u{1F42F}"],
  ["a byte order mark, kept", "efbbbf61", "\uFEFFa"],
  ["the last code point", "f48fbfbf", "\u{10FFFF}"],
  ["bytes that never occur in UTF-8", "fffe2e747874", "\uDCFF\uDCFE.txt"],
  ["a lone continuation", "61800062", "a\uDC80\0b"],
  ["an overlong slash", "c0af", "\uDCC0\uDCAF"],
  ["an overlong dot in three bytes", "e080ae", "\uDCE0\uDC80\uDCAE"],
  ["an overlong form in four bytes", "f08080af", "\uDCF0\uDC80\uDC80\uDCAF"],
  ["a surrogate", "eda080", "\uDCED\uDCA0\uDC80"],
  ["an escape of ours, as UTF-8", "edb2af", "\uDCED\uDCB2\uDCAF"],
  ["beyond the last code point", "f4908080", "\uDCF4\uDC90\uDC80\uDC80"],
  ["cut after one of two", "636166c3", "caf\uDCC3"],
  ["cut after two of three", "e28261", "\uDCE2\uDC82a"],
  ["cut after three of four", "f09f90", "\uDCF0\uDC9F\uDC90"],
  ["a start inside a sequence", "e2c3bc", "\uDCE2ü"],
  ["good text around a bad byte", "c3bcffe282ac", "ü\uDCFF€"],
] as const) {
  test(`${what}: ${hex} and back`, () => {
    const bytes = Buffer.from(hex, "hex");
    assert.equal(textOfBytes(bytes), text);
    assert.equal(bytesOfText(text).toString("hex"), hex);
  });
}

test("every pair of bytes, and every pair before and after text, comes back", () => {
  const bytes = Buffer.from("xx\u20ac", "utf8");
  for (let pair = 0; pair < 0x10000; pair++) {
    bytes.writeUInt16BE(pair, 0);
    assert.equal(Buffer.compare(bytesOfText(textOfBytes(bytes)), bytes), 0, pair.toString(16));
  }
});

test("any bytes come back, as text in which only lone surrogates are escapes", () => {
  const random = randomFrom(20_110_206);
  const pieces = ["€", "\u{1F42F}", "ü", "a/b"] as const;
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.concat([
      random.bytes(6),
      Buffer.from(random.pick(pieces)),
      random.bytes(6),
    ]);
    const text = textOfBytes(bytes);
    assert.equal(Buffer.compare(bytesOfText(text), bytes), 0, bytes.toString("hex"));
    assert.doesNotMatch(text, /[\uD800-\uDC7F\uDD00-\uDFFF]/u, bytes.toString("hex"));
  }
});

test("what is valid UTF-8 is judged as the platform's decoder judges it", () => {
  const random = randomFrom(3629);
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const decoded = (bytes: Buffer): string | undefined => {
    try {
      return strict.decode(bytes);
    } catch {
      return undefined; // fatal: not UTF-8
    }
  };
  for (let round = 0; round < 20_000; round++) {
    const bytes = random.bytes(4);
    const text = textOfBytes(bytes);
    const expected = decoded(bytes);
    if (expected === undefined) assert.match(text, /[\uDC80-\uDCFF]/u, bytes.toString("hex"));
    else assert.equal(text, expected, bytes.toString("hex"));
  }
});

test("a view into a larger buffer is read within its bounds", () => {
  assert.equal(textOfBytes(Buffer.from("abcdef").subarray(2, 4)), "cd");
});

test("surrogates that stand for no byte do not become one", () => {
  assert.equal(bytesOfText("a\uDC2Fb").toString("hex"), "61efbfbd62");
  assert.equal(bytesOfText("\uDC2F\uDC80").toString("hex"), "efbfbd80");
  assert.equal(bytesOfText("\uD800").toString("hex"), "efbfbd");
});
