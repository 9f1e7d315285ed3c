import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { codedPage } from "../../src/handlers/coded-page.ts";
import { createCompressor } from "../../src/handlers/compressor.ts";
import type { Response } from "../../src/http/response.ts";
import { bytesOf, fieldOf, get, textOf } from "../support/request.ts";

const OPTIONS = { bytesMin: 100, bytesMax: 1000, codings: ["gzip"], memoryBytesMax: 0 } as const;

function page(text: string): Response {
  return {
    status: 200,
    fields: [
      ["Content-Type", "text/html; charset=utf-8"],
      ["Vary", "Accept"],
    ],
    body: { kind: "bytes", bytes: Buffer.from(text) },
  };
}

const LONG = page("a".repeat(500));
const gzip = get("/", { "accept-encoding": "gzip" });

test("a page is compressed for whoever likes it", async () => {
  const coded = await codedPage(gzip, LONG, createCompressor(OPTIONS));
  assert.equal(fieldOf(coded, "content-encoding"), "gzip");
  assert.equal(fieldOf(coded, "vary"), "Accept, Accept-Encoding");
  assert.equal(fieldOf(coded, "content-type"), "text/html; charset=utf-8");
  assert.equal(gunzipSync(await bytesOf(coded.body)).toString(), "a".repeat(500));
});

test("others get it as it is, and caches are told why", async () => {
  const busy = createCompressor({ ...OPTIONS, jobsMax: 0 });
  for (const [request, compressor] of [
    [get("/"), createCompressor(OPTIONS)],
    [get("/", { "accept-encoding": "br" }), createCompressor(OPTIONS)],
    [gzip, busy],
  ] as const) {
    const plain = await codedPage(request, LONG, compressor);
    assert.equal(fieldOf(plain, "content-encoding"), undefined);
    assert.equal(fieldOf(plain, "vary"), "Accept, Accept-Encoding");
    assert.equal(await textOf(plain), "a".repeat(500));
  }
});

test("a page that is too small, or no page, stays what it was", async () => {
  const compressor = createCompressor(OPTIONS);
  const small = page("tiny");
  assert.equal(await codedPage(gzip, small, compressor), small);
  const none: Response = { ...LONG, body: { kind: "none" } };
  assert.equal(await codedPage(gzip, none, compressor), none);
});
