import assert from "node:assert/strict";
import { test } from "node:test";
import type { Claim } from "../../src/probe/claims.ts";
import { atMostTimes, part, parts } from "../../src/probe/claims-range.ts";
import { answerOf, CONTENT, FACTS } from "./facts-example.ts";

function about(status: number, fields: Record<string, string>, body: string, claim: Claim) {
  const answer = answerOf(status, fields, body);
  return claim({ answer, answers: [answer], facts: FACTS, nowMs: 0 });
}

function ranged(range: string, body: string, claim: Claim): string | undefined {
  return about(206, { "content-range": range }, body, claim);
}

test("the part that was asked for, or the whole", () => {
  assert.equal(ranged("bytes 0-4/20", "01234", part(0, 4)), undefined);
  assert.equal(ranged("bytes 15-19/20", "fghij", part(-5, -1)), undefined);
  assert.equal(ranged("bytes 5-19/20", CONTENT.slice(5), part(5, 999)), undefined);
  assert.equal(about(200, {}, CONTENT, part(0, 4)), undefined);
  assert.equal(about(416, {}, "", part(0, 4)), undefined);
});

for (const [what, range, body, complaint] of [
  ["another part", "bytes 1-5/20", "12345", "instead of bytes 0-4/20"],
  ["another size", "bytes 0-4/21", "01234", "instead of bytes 0-4/20"],
  ["an unknown size", "bytes 0-4/*", "01234", "instead of bytes 0-4/20"],
  ["other bytes", "bytes 0-4/20", "abcde", "other bytes than bytes 0-4/20"],
  ["too many bytes", "bytes 0-4/20", "012345", "other bytes than bytes 0-4/20"],
] as const) {
  test(`${what} is named`, () => {
    assert.ok(ranged(range, body, part(0, 4))?.endsWith(complaint));
  });
}

test("a whole that is not the whole is named", () => {
  assert.equal(
    about(200, {}, "01234", part(0, 4)),
    "a body of 5 bytes that is not the content of 20",
  );
});

test("a single part does not come as multipart", () => {
  const fields = { "content-type": "multipart/byteranges; boundary=x" };
  assert.equal(about(206, fields, "", part(0, 4)), "multipart for a single part");
});

const TYPE = { "content-type": 'multipart/byteranges; boundary="B 1"' };

function multipart(...ranges: readonly (readonly [range: string, bytes: string])[]): string {
  const pieces = ranges.map(
    ([range, bytes]) =>
      `--B 1\r\nContent-Type: text/plain\r\nContent-Range: ${range}\r\n\r\n${bytes}`,
  );
  return `${pieces.join("\r\n")}\r\n--B 1--\r\n`;
}

const TWO = parts([0, 1], [5, 6]);

test("two parts, in any order, joined or whole", () => {
  const good = multipart(["bytes 0-1/20", "01"], ["bytes 5-6/20", "56"]);
  assert.equal(about(206, TYPE, good, TWO), undefined);
  const turned = multipart(["bytes 5-6/20", "56"], ["bytes 0-1/20", "01"]);
  assert.equal(about(206, TYPE, turned, TWO), undefined);
  assert.equal(ranged("bytes 0-6/20", "0123456", TWO), undefined);
  assert.equal(about(200, {}, CONTENT, TWO), undefined);
});

for (const [what, fields, body, complaint] of [
  ["a missing part", TYPE, multipart(["bytes 0-1/20", "01"]), "bytes 5-6 are missing"],
  [
    "other bytes in a part",
    TYPE,
    multipart(["bytes 0-1/20", "01"], ["bytes 5-6/20", "ab"]),
    "other bytes than bytes 5-6/20",
  ],
  ["a part without a range", TYPE, multipart(["", "01"]), "Content-Range: "],
  [
    "a Content-Range beside the parts",
    { ...TYPE, "content-range": "bytes 0-6/20" },
    multipart(["bytes 0-1/20", "01"], ["bytes 5-6/20", "56"]),
    "Content-Range beside the parts",
  ],
  [
    "no boundary",
    { "content-type": "multipart/byteranges" },
    "",
    "no boundary in multipart/byteranges",
  ],
  ["no last boundary", TYPE, "--B 1\r\nContent-Range: bytes 0-1/20\r\n\r\n01", "no last boundary"],
  ["no part at all", TYPE, "--B 1--\r\n", "no part"],
  ["a part without a head", TYPE, "--B 1\r\n01\r\n--B 1--\r\n", "a part without a head"],
] as const) {
  test(`${what} is named`, () => {
    assert.equal(about(206, { ...fields }, body, TWO), complaint);
  });
}

test("many times the size is too much", () => {
  assert.equal(about(206, {}, "x".repeat(4096), atMostTimes(2)), undefined);
  assert.equal(
    about(206, {}, "x".repeat(4097), atMostTimes(2)),
    "4097 bytes about a content of 20",
  );
});
