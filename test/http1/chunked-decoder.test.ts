import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkedDecoder } from "../../src/http1/chunked-decoder.ts";
import { bodyLimitOf, DEFAULT_HTTP1_LIMITS } from "../../src/http1/limits.ts";

const LIMITS = {
  ...DEFAULT_HTTP1_LIMITS,
  bodyBytesMax: 100,
  chunkLineBytesMax: 40,
  chunkOverheadBytesMax: 100,
};

interface Outcome {
  readonly body: string;
  readonly end: "end" | "more" | number;
  /** Bytes behind the body. */
  readonly rest: string;
}

/** Decodes pieces one after the other. */
function decode(pieces: readonly string[]): Outcome {
  const decoder = new ChunkedDecoder(LIMITS, bodyLimitOf("POST", LIMITS));
  let body = "";
  for (const [index, piece] of pieces.entries()) {
    const bytes = Buffer.from(piece, "latin1");
    for (let at = 0; ; ) {
      const step = decoder.step(bytes, at);
      if (step.kind === "malformed") return { body, end: step.status, rest: "" };
      if (step.kind === "more") break;
      if (step.kind === "end") {
        const rest = bytes.toString("latin1", step.end) + pieces.slice(index + 1).join("");
        return { body, end: "end", rest };
      }
      body += bytes.toString("latin1", step.start, step.end);
      at = step.end;
    }
  }
  return { body, end: "more", rest: "" };
}

const GOOD = '5;a="x\\"y;z";b=c ; d\r\nhello\r\n00A\r\n0123456789\r\n0;last\r\nX-T: 1\r\n\r\nNEXT';

test("chunks, extensions and trailers are taken apart; what follows is left", () => {
  assert.deepEqual(decode([GOOD]), { body: "hello0123456789", end: "end", rest: "NEXT" });
});

test("cut anywhere, the same comes out", () => {
  const whole = decode([GOOD]);
  for (let cut = 1; cut < GOOD.length; cut++) {
    assert.deepEqual(decode([GOOD.slice(0, cut), GOOD.slice(cut)]), whole, `cut at ${cut}`);
  }
  assert.deepEqual(decode([...GOOD]), whole);
});

for (const [name, text, status] of [
  ["a size that is no number", "g\r\n", 400],
  ["a size with a sign", "-5\r\n", 400],
  ["a size with 0x", "0x5\r\n", 400],
  ["a blank before the size", " 5\r\n", 400],
  ["a blank behind the size", "5 \r\n", 400],
  ["no size", "\r\n", 400],
  ["a size of 14 digits", "10000000000000\r\n", 400],
  ["hundreds of zeros", `${"0".repeat(30)}5\r\n`, 400],
  ["a size line ended by LF", "5\nhello\r\n", 400],
  ["a size line with CR inside", "5\r\r\n", 400],
  ["an extension with an open quote", '5;a="b\r\n', 400],
  ["an extension without a name", "5;=b\r\n", 400],
  ["a control byte in an extension", "5;a=\x01\r\n", 400],
  ["data that goes on", "5\r\nhelloXX0\r\n\r\n", 400],
  ["data that is too short", "5\r\nhell\r\n0\r\n\r\n", 400],
  ["data followed by a bare LF", "5\r\nhello\n0\r\n\r\n", 400],
  ["a trailer without a colon", "0\r\nXX\r\n\r\n", 400],
  ["a trailer with a blank in its name", "0\r\nX : y\r\n\r\n", 400],
  ["a trailer with NUL", "0\r\nX: \x00\r\n\r\n", 400],
  ["a body over the limit", "65\r\n", 413],
  ["a line without an end", `5;${"a".repeat(50)}`, 400],
  ["more packing than content", "1;aaaaaaaaaaaaaaaaaaaaaaa\r\nx\r\n".repeat(5), 413],
  ["trailers without end", `0\r\n${"X: aaaaaaaaaaaaaaaaaa\r\n".repeat(6)}`, 413],
] as const) {
  test(`${name} is refused with ${status}`, () => {
    assert.equal(decode([text]).end, status);
    assert.equal(decode([...text]).end, status, "byte by byte too");
  });
}
