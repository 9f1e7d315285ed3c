import assert from "node:assert/strict";
import { test } from "node:test";
import * as zlib from "node:zlib";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { canEncode, encode } from "../../src/handlers/encoder.ts";

const TEXT = Buffer.from("body { margin: 0; padding: 0 }\n".repeat(1000));

test("what was coded decodes to what it was, and is far smaller", async () => {
  const gzip = await encode("gzip", TEXT);
  const br = await encode("br", TEXT);
  assert.deepEqual(gunzipSync(gzip), TEXT);
  assert.deepEqual(brotliDecompressSync(br), TEXT);
  assert.ok(gzip.length < 400 && br.length < 200, `gzip ${gzip.length}, br ${br.length}`);
});

test("nothing at all can be coded too", async () => {
  assert.equal(gunzipSync(await encode("gzip", Buffer.alloc(0))).length, 0);
  assert.equal(brotliDecompressSync(await encode("br", Buffer.alloc(0))).length, 0);
});

test("the same bytes come out the same, and name no time", async () => {
  const first = Buffer.from(await encode("gzip", TEXT));
  assert.deepEqual(Buffer.from(await encode("gzip", TEXT)), first);
  assert.equal(first.readUInt32LE(4), 0);
});

test("a result keeps no more memory alive than it has bytes", async () => {
  for (const coding of ["gzip", "br"] as const) {
    const coded = await encode(coding, TEXT);
    assert.equal(coded.buffer.byteLength, coded.length);
  }
});

test("zstd is made where this Node can, and nowhere else", async () => {
  const decompress: unknown = Reflect.get(zlib, "zstdDecompressSync");
  assert.equal(canEncode("zstd"), typeof decompress === "function");
  if (typeof decompress !== "function") return assert.rejects(encode("zstd", TEXT), /zstd/);
  assert.deepEqual(Reflect.apply(decompress, undefined, [await encode("zstd", TEXT)]), TEXT);
});

test("deflate is not made: clients never agreed on what it is", async () => {
  assert.equal(canEncode("deflate"), false);
  await assert.rejects(encode("deflate", TEXT), /nothing here makes deflate/);
});
