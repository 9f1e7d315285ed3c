import assert from "node:assert/strict";
import { test } from "node:test";
import { xmlBody } from "../../../src/handlers/webdav/request-xml.ts";
import type { IncomingBody } from "../../../src/http/request.ts";
import { type DavSite, davSite, jobOf } from "./site.ts";

function read(site: DavSite, body: IncomingBody) {
  const job = jobOf(site, "/");
  return xmlBody({ ...job, request: { ...job.request, body } }, "a");
}

const DOCUMENT = '<a xmlns="DAV:"/>';

function pieces(length: number | undefined, ...texts: readonly (string | Buffer)[]): IncomingBody {
  return {
    length,
    async *[Symbol.asyncIterator]() {
      const lent = Buffer.alloc(1000);
      for (const text of texts) {
        const bytes = Buffer.from(text);
        bytes.copy(lent);
        yield lent.subarray(0, bytes.length);
        lent.fill(0);
      }
    },
  };
}

test("a document in pieces that are lent only", async () => {
  const root = await read(davSite(), pieces(undefined, "<a xm", 'lns="DAV:"', "/>"));
  assert.equal(root?.name, "a");
});

test("no body is no document", async () => {
  assert.equal(await read(davSite(), pieces(0)), undefined);
  assert.equal(await read(davSite(), pieces(undefined)), undefined);
});

for (const [what, body, status] of [
  ["another root", pieces(undefined, "<b xmlns='DAV:'/>"), 400],
  ["another namespace", pieces(undefined, "<a/>"), 400],
  ["no UTF-8", pieces(undefined, Buffer.from([0x3c, 0xff])), 400],
  ["a length beyond the limit", pieces(21), 413],
  ["more than the limit, without a length", pieces(undefined, DOCUMENT, "        "), 413],
] as const) {
  test(`${what}: ${status}`, async () => {
    const site = davSite({}, { limits: { xmlBytesMax: 20 } });
    await assert.rejects(read(site, body), { status });
    assert.deepEqual(site.hits, status === 413 ? ["dav_xml_bytes"] : []);
  });
}

test("what is too long is refused before anything of it is asked for", async () => {
  const body: IncomingBody = {
    length: 1e9,
    [Symbol.asyncIterator]: () => assert.fail("it was read"),
  };
  await assert.rejects(read(davSite(), body), { status: 413 });
});
