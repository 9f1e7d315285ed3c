import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { Claim } from "../../src/probe/claims.ts";
import {
  codedIn,
  decodes,
  tagOfItsOwn,
  uncoded,
  variesByCoding,
} from "../../src/probe/claims-coding.ts";
import { answerOf, CONTENT, FACTS } from "./facts-example.ts";

function about(fields: Record<string, string>, body: string | Buffer, claim: Claim) {
  const answer = answerOf(200, fields, body);
  return claim({ answer, answers: [answer], facts: FACTS, nowMs: 0 });
}

for (const [coding, body] of [
  ["gzip", gzipSync(CONTENT)],
  ["br", brotliCompressSync(CONTENT)],
  ["deflate", deflateSync(CONTENT)],
  ["identity", Buffer.from(CONTENT)],
] as const) {
  test(`${coding} decodes to the content`, () => {
    assert.equal(about({ "content-encoding": coding }, body, decodes), undefined);
  });
}

test("what decodes to something else, or not at all, is named", () => {
  assert.equal(
    about({ "content-encoding": "gzip" }, gzipSync("other"), decodes),
    "the gzip body is another content",
  );
  assert.match(
    about({ "content-encoding": "gzip" }, CONTENT, decodes) ?? "",
    /^the gzip body cannot be decoded: incorrect header check$/,
  );
  assert.equal(about({}, "other", decodes), "the identity body is another content");
});

test("a bomb is not unpacked", () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000));
  assert.match(
    about({ "content-encoding": "gzip" }, bomb, decodes) ?? "",
    /^the gzip body cannot be decoded: /,
  );
});

test("the coding is one of those asked for, or none", () => {
  assert.equal(about({}, "", codedIn("gzip")), undefined);
  assert.equal(about({ "content-encoding": "GZIP" }, "", codedIn("gzip")), undefined);
  assert.equal(about({ "content-encoding": "br" }, "", codedIn("gzip")), "coded as br");
  assert.equal(about({ "content-encoding": "gzip" }, "", uncoded), "coded as gzip");
});

test("Vary names Accept-Encoding, or everything", () => {
  assert.equal(about({ vary: "Origin, ACCEPT-encoding" }, "", variesByCoding), undefined);
  assert.equal(about({ vary: "*" }, "", variesByCoding), undefined);
  assert.equal(about({ vary: "X-Accept-Encoding" }, "", variesByCoding), "Vary: x-accept-encoding");
  assert.equal(about({}, "", variesByCoding), "Vary: none");
});

test("coded bytes do not share a strong tag with the others", () => {
  const gzip = { "content-encoding": "gzip" };
  assert.equal(about({ ...gzip, etag: '"v1-gz"' }, "", tagOfItsOwn), undefined);
  assert.equal(about({ ...gzip, etag: 'W/"v1"' }, "", tagOfItsOwn), undefined);
  assert.equal(about({ etag: '"v1"' }, "", tagOfItsOwn), undefined);
  assert.equal(
    about({ ...gzip, etag: '"v1"' }, "", tagOfItsOwn),
    'the coded bytes have the ETag of the others: "v1"',
  );
});
