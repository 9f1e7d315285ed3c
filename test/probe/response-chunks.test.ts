import assert from "node:assert/strict";
import { test } from "node:test";
import { readChunks } from "../../src/probe/response-chunks.ts";

function read(text: string): string | undefined | [string, number] {
  const chunks = readChunks(Buffer.from(text, "latin1"), 0);
  return typeof chunks === "object" ? [chunks.bytes.toString("latin1"), chunks.end] : chunks;
}

const BODY = "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX: 1\r\n\r\n";

test("chunks are joined, extensions and trailers passed over", () => {
  assert.deepEqual(read(`${BODY}next`), ["hello world", BODY.length]);
});

test("a body cut anywhere is not whole yet", () => {
  for (let cut = 0; cut < BODY.length; cut++) {
    assert.equal(read(BODY.slice(0, cut)), undefined, `cut at ${cut}`);
  }
});

for (const [text, fault] of [
  ["x\r\n", 'no chunk size: "x"'],
  ["\r\n", 'no chunk size: ""'],
  ["-1\r\n", 'no chunk size: "-1"'],
  ["5 5\r\n", 'no chunk size: "5 5"'],
  ["5\nhello", "a bare LF in a chunked body"],
  ["3\r\nhello\r\n", "a chunk that runs past its size"],
  ["0\r\nno trailer\r\n\r\n", 'no trailer: "no trailer"'],
  [`5;${"x".repeat(20_000)}`, "a chunk line without end"],
] as const) {
  test(`${JSON.stringify(text.slice(0, 20))} is a fault`, () => {
    assert.equal(read(text), fault);
  });
}
