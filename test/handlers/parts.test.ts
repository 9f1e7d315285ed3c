import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ByteSource } from "../../src/base/byte-source.ts";
import { bytesInParts, fileInParts, partsOf } from "../../src/handlers/parts.ts";

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));
const RANGES = [
  { start: 10, length: 5 },
  { start: 1000, length: 150_000 },
];
const WHOLE = { mediaType: "text/plain", size: CONTENT.length };

/** Gives at most `most` bytes at a time, and none from `end` on. */
function fileOf(
  most: number,
  end = CONTENT.length,
): ByteSource & { readonly closed: () => number } {
  let closed = 0;
  return {
    closed: () => closed,
    async readAt(target, position) {
      const piece = CONTENT.subarray(
        position,
        Math.min(position + Math.min(most, target.length), end),
      );
      target.set(piece);
      return piece.length;
    },
    async close() {
      closed++;
    },
  };
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const list: Uint8Array[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return Buffer.concat(list);
}

test("no two answers share a boundary", () => {
  assert.notEqual(partsOf(RANGES, WHOLE).boundary, partsOf(RANGES, WHOLE).boundary);
});

test("from memory and from a file come the same bytes, as many as announced", async () => {
  const { multipart } = partsOf(RANGES, WHOLE);
  const fromMemory = bytesInParts(CONTENT, RANGES, multipart);
  assert.equal(fromMemory.length, multipart.length);
  for (const most of [7, 64 * 1024, 1 << 20]) {
    const file = fileOf(most);
    assert.deepEqual(await all(fileInParts(file, RANGES, multipart)), fromMemory);
    assert.equal(file.closed(), 1);
  }
});

test("pieces already given are not written over by later ones", async () => {
  const { multipart } = partsOf(RANGES, WHOLE);
  const pieces: { readonly piece: Uint8Array; readonly copy: Buffer }[] = [];
  for await (const piece of fileInParts(fileOf(1 << 20), RANGES, multipart)) {
    pieces.push({ piece, copy: Buffer.from(piece) });
  }
  for (const { piece, copy } of pieces) assert.deepEqual(Buffer.from(piece), copy);
});

describe("the file is closed", () => {
  const { multipart } = partsOf(RANGES, WHOLE);

  test("when nobody reads it", async () => {
    const file = fileOf(100);
    await fileInParts(file, RANGES, multipart)[Symbol.asyncIterator]().return?.();
    assert.equal(file.closed(), 1);
  });

  test("when the reader goes away", async () => {
    const file = fileOf(100);
    for await (const piece of fileInParts(file, RANGES, multipart)) {
      assert.ok(piece.length > 0);
      break;
    }
    assert.equal(file.closed(), 1);
  });

  test("when reading fails", async () => {
    const file = fileOf(100);
    const broken = { ...file, readAt: () => Promise.reject(new Error("EIO")) };
    await assert.rejects(all(fileInParts(broken, RANGES, multipart)), /EIO/);
    assert.equal(file.closed(), 1);
  });

  test("when the file turns out shorter, and nothing is made up", async () => {
    const file = fileOf(100, 5000);
    const bytes = await all(fileInParts(file, RANGES, multipart));
    assert.equal(file.closed(), 1);
    assert.ok(bytes.length < multipart.length);
    assert.deepEqual(bytes.subarray(-10), CONTENT.subarray(4990, 5000));
  });
});
