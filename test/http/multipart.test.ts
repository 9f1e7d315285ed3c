import assert from "node:assert/strict";
import { test } from "node:test";
import { multipartOf, multipartType } from "../../src/http/multipart.ts";

const FILE = Buffer.from("hello world");

const RANGES = [
  { start: 6, length: 5 },
  { start: 0, length: 1 },
] as const;

function bodyOf(heads: readonly Buffer[], tail: Buffer): Buffer {
  const pieces = RANGES.flatMap(({ start, length }, index) => [
    heads[index] ?? Buffer.alloc(0),
    FILE.subarray(start, start + length),
  ]);
  return Buffer.concat([...pieces, tail]);
}

test("parts stand in the order of their ranges, each with its type and its place", () => {
  const { heads, tail, length } = multipartOf({
    ranges: RANGES,
    size: 11,
    mediaType: "text/plain; charset=utf-8",
    boundary: "b0undary",
  });
  const body = bodyOf(heads, tail);
  assert.equal(
    body.toString("latin1"),
    [
      "--b0undary",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Range: bytes 6-10/11",
      "",
      "world",
      "--b0undary",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Range: bytes 0-0/11",
      "",
      "h",
      "--b0undary--",
      "",
    ].join("\r\n"),
  );
  assert.equal(length, body.length);
});

test("the length is right beyond what 32 bits can count", () => {
  const start = 4_294_967_292;
  const { heads, tail, length } = multipartOf({
    ranges: [
      { start: 0, length: 4_294_967_292 },
      { start, length: 8 },
    ],
    size: 5_368_709_120,
    mediaType: "video/mp4",
    boundary: "b",
  });
  const overhead = tail.length + heads.reduce((sum, head) => sum + head.length, 0);
  assert.equal(length, 4_294_967_300 + overhead);
  assert.match(heads[1]?.toString() ?? "", /bytes 4294967292-4294967299\/5368709120\r\n\r\n$/);
});

test("the whole answer names the boundary", () => {
  assert.equal(multipartType("b0undary"), "multipart/byteranges; boundary=b0undary");
});
