import assert from "node:assert/strict";
import { test } from "node:test";
import * as zlib from "node:zlib";
import { BEST_CODINGS, bestOf } from "../../../src/handlers/precomputed/best-codings.ts";

const TEXT = Buffer.from("what is said again and again takes little room. ".repeat(500));

test("every coding of this Node is undone by it, and twice the same", async () => {
  assert.ok(BEST_CODINGS.includes("br") && BEST_CODINGS.includes("gzip"));
  for (const coding of BEST_CODINGS) {
    const coded = await bestOf(coding, TEXT);
    assert.deepEqual(await bestOf(coding, TEXT), coded);
    assert.ok(coded.length < TEXT.length / 20, `${coding}: ${coded.length}`);
    if (coding === "gzip") assert.deepEqual(zlib.gunzipSync(coded), TEXT);
    if (coding === "br") assert.deepEqual(zlib.brotliDecompressSync(coded), TEXT);
  }
});

test("a coding that is none of ours is refused", async () => {
  await assert.rejects(bestOf("deflate", TEXT), /nothing here makes deflate/);
});
