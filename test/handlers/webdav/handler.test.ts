import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryFileSystem } from "../../../src/vfs/memory.ts";
import { readOnly } from "../../../src/vfs/read-only.ts";
import { pathOf } from "../../support/request.ts";
import { davSite, locked } from "./site.ts";

for (const [path, allow] of [
  [
    "/dav/a",
    "GET, HEAD, OPTIONS, PUT, DELETE, MKCOL, PROPFIND, PROPPATCH, COPY, MOVE, LOCK, UNLOCK",
  ],
  ["/dav/new", "GET, HEAD, OPTIONS, PUT, DELETE, MKCOL, LOCK"],
] as const) {
  test(`OPTIONS ${path}`, async () => {
    const answer = await davSite({ "/a": "a" }).send("OPTIONS", path);
    assert.equal(answer.status, 204);
    assert.equal(answer.field("allow"), allow);
    assert.equal(answer.field("dav"), "1, 2");
    assert.equal(answer.field("ms-author-via"), "DAV");
  });
}

test("where nothing may be changed, there are no locks, and no second class", async () => {
  const site = davSite({}, { fileSystem: readOnly(memoryFileSystem({ "/a": "a" })) });
  const answer = await site.send("OPTIONS", "/dav/a");
  assert.equal(answer.field("dav"), "1");
  assert.equal(answer.field("allow"), "GET, HEAD, OPTIONS, PUT, DELETE, MKCOL, PROPFIND");
  const { status, text } = await site.send("PROPFIND", "/dav/a");
  assert.equal(status, 207);
  assert.match(text, /<D:supportedlock\/>/);
});

test("without locks it is class 1, and all the rest of it", async () => {
  const site = davSite({ "/a": "a" }, { hasLocks: false });
  const answer = await site.send("OPTIONS", "/dav/a");
  assert.equal(answer.field("dav"), "1");
  assert.match(answer.field("allow") ?? "", /PROPFIND, PROPPATCH, COPY, MOVE$/);
  assert.equal((await site.send("LOCK", "/dav/a")).status, 405);
  assert.equal((await site.send("UNLOCK", "/dav/a")).status, 405);
  assert.match((await site.send("PROPFIND", "/dav/a")).text, /<D:supportedlock\/>/);
  assert.equal((await site.send("PUT", "/dav/a")).status, 204);
});

test("what is no business of WebDAV goes in as it came", async () => {
  const site = davSite({ "/a": "a" });
  assert.equal((await site.send("GET", "/dav/a")).text, "a");
  assert.equal((await site.send("TRACE", "/dav/a")).status, 405);
  assert.equal((await site.send("GET", "/dav/a", { fields: { translate: "f" } })).text, "a");
});

const PROPPATCH =
  '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><p xmlns="u">v</p></D:prop></D:set></D:propertyupdate>';

test("a file that is removed takes what was said of it along, and its locks", async () => {
  const site = davSite({ "/d/a": "a" });
  await site.send("PROPPATCH", "/dav/d/a", { body: PROPPATCH });
  const token = await locked(site, "/dav/d/a");
  const fields = { if: `</dav/d/a> (<${token}>)` };
  assert.equal((await site.send("DELETE", "/dav/d", { fields })).status, 204);
  assert.equal((await site.send("MKCOL", "/dav/d")).status, 201);
  assert.equal((await site.send("PUT", "/dav/d/a")).status, 201);
  assert.doesNotMatch((await site.send("PROPFIND", "/dav/d/a")).text, /xmlns="u"/);
});

test("a file that is written again keeps what was said of it", async () => {
  const site = davSite({ "/a": "a" });
  await site.send("PROPPATCH", "/dav/a", { body: PROPPATCH });
  await site.send("PUT", "/dav/a", { body: "b" });
  assert.match((await site.send("PROPFIND", "/dav/a")).text, /xmlns="u"/);
});

test("what vanished behind our back, and is put anew, begins without properties", async () => {
  const site = davSite({ "/a": "a" });
  await site.send("PROPPATCH", "/dav/a", { body: PROPPATCH });
  const fileSystem = site.options.fileSystem;
  assert.ok(fileSystem.writer !== undefined);
  await fileSystem.writer.remove(pathOf("/a"));
  await site.send("PUT", "/dav/a");
  assert.doesNotMatch((await site.send("PROPFIND", "/dav/a")).text, /xmlns="u"/);
});

test("a directory is removed whole, or not at all", async () => {
  const site = davSite({ "/d/a": "a" });
  assert.equal((await site.send("DELETE", "/dav/d", { fields: { depth: "0" } })).status, 400);
  assert.equal((await site.send("DELETE", "/dav/d/a", { fields: { depth: "0" } })).status, 204);
});

test("what was decided is told to whoever traces it", async () => {
  const site = davSite({ "/a": "a" });
  await site.send("PROPFIND", "/dav/a");
  await locked(site, "/dav/a");
  await site.send("PUT", "/dav/a");
  assert.deepEqual(site.notes, [
    "PROPFIND of /a, depth infinity: all",
    "exclusive lock of depth infinity on /a → locked",
    "locked at /dav/a, and no token of it was sent → 423",
  ]);
});
