import assert from "node:assert/strict";
import { test } from "node:test";
import type { Access } from "../../../src/http/access.ts";
import { memoryFileSystem } from "../../../src/vfs/memory.ts";
import { davSite, LOCK_INFO, locked, SHARED_LOCK_INFO, textsOf } from "./site.ts";

const user = (name: string): Access => ({ user: name, may: () => true });

test("LOCK answers with the lock and its token", async () => {
  const site = davSite({ "/a b": "a" });
  const answer = await site.send("LOCK", "/dav/a%20b", {
    fields: { timeout: "Infinite, Second-4100000000", depth: "0" },
    body: LOCK_INFO,
  });
  assert.equal(answer.status, 200);
  const token = answer.field("lock-token")?.slice(1, -1) ?? "";
  assert.equal(answer.field("content-type"), "application/xml; charset=utf-8");
  assert.equal(
    answer.text,
    '<?xml version="1.0" encoding="utf-8"?>\n<D:prop xmlns:D="DAV:"><D:lockdiscovery>' +
      "<D:activelock><D:locktype><D:write/></D:locktype>" +
      "<D:lockscope><D:exclusive/></D:lockscope><D:depth>0</D:depth>" +
      '<D:owner xmlns:D="DAV:">me</D:owner><D:timeout>Second-3600</D:timeout>' +
      `<D:locktoken><D:href>${token}</D:href></D:locktoken>` +
      "<D:lockroot><D:href>/dav/a%20b</D:href></D:lockroot></D:activelock>" +
      "</D:lockdiscovery></D:prop>\n",
  );
});

for (const [timeout, seconds] of [
  ["Second-60", 60],
  ["Infinite", 3600],
  ["Second-4100000000", 3600],
  ["Second-99999999999999999999", 3600],
  ["Extend-1, second-120", 120],
  ["Second-0", 1],
  ["nonsense", 3600],
] as const) {
  test(`Timeout: ${timeout} → ${seconds} seconds`, async () => {
    const site = davSite({ "/a": "a" });
    const { text } = await site.send("LOCK", "/dav/a", { fields: { timeout }, body: LOCK_INFO });
    assert.deepEqual(textsOf(text, "timeout"), [`Second-${seconds}`]);
  });
}

test("a lock that is not there any more forbids nothing", async () => {
  const site = davSite({ "/a": "a" });
  await locked(site, "/dav/a", { fields: { timeout: "Second-60" } });
  assert.equal((await site.send("PUT", "/dav/a")).status, 423);
  site.clock.advance(60_000);
  assert.equal((await site.send("PUT", "/dav/a")).status, 204);
});

test("LOCK without a body refreshes what If names, and gives no new token", async () => {
  const site = davSite({ "/a": "a" });
  const token = await locked(site, "/dav/a", { fields: { timeout: "Second-60" } });
  site.clock.advance(59_000);
  const fields = { if: `(<${token}>)`, timeout: "Second-90" };
  const answer = await site.send("LOCK", "/dav/a", { fields });
  assert.deepEqual([answer.status, answer.field("lock-token")], [200, undefined]);
  assert.deepEqual(textsOf(answer.text, "timeout"), ["Second-90"]);
  site.clock.advance(89_000);
  assert.equal((await site.send("PUT", "/dav/a")).status, 423);
});

for (const [what, fields, status] of [
  ["no If", {}, 400],
  ["a token that is none", { if: "(<urn:x>)" }, 412],
  ["a condition that names no lock", { if: "(Not <urn:x>)" }, 412],
] as const) {
  test(`refreshing with ${what}: ${status}`, async () => {
    const site = davSite({ "/a": "a" });
    await locked(site, "/dav/a");
    assert.equal((await site.send("LOCK", "/dav/a", { fields })).status, status);
  });
}

test("what is not there is made, empty, and locked", async () => {
  const site = davSite();
  const answer = await site.send("LOCK", "/dav/new", { body: LOCK_INFO });
  assert.equal(answer.status, 201);
  assert.equal((await site.send("GET", "/dav/new")).text, "");
  assert.equal((await site.send("PUT", "/dav/new")).status, 423);
});

test("without a directory that could hold it, nothing is made", async () => {
  const site = davSite();
  assert.equal((await site.send("LOCK", "/dav/no/new", { body: LOCK_INFO })).status, 409);
  assert.equal((await site.send("LOCK", "/dav/new/", { body: LOCK_INFO })).status, 409);
});

test("a lock that cannot be had leaves no empty file behind", async () => {
  const site = davSite({ "/a": "a" }, { limits: { locksPerUserMax: 1 } });
  await locked(site, "/dav/a");
  assert.equal((await site.send("LOCK", "/dav/new", { body: LOCK_INFO })).status, 507);
  assert.equal((await site.send("GET", "/dav/new")).status, 404);
  assert.deepEqual(site.hits, ["dav_locks_per_user"]);
});

test("more locks than the server has room for are 503, for now", async () => {
  const site = davSite({ "/a": "a", "/b": "b" }, { limits: { locksMax: 1 } });
  await locked(site, "/dav/a");
  assert.equal((await site.send("LOCK", "/dav/b", { body: LOCK_INFO })).status, 503);
  assert.deepEqual(site.hits, ["dav_locks"]);
});

test("users share no room: what one has locked, the other may still lock elsewhere", async () => {
  const site = davSite({ "/a": "a", "/b": "b" }, { limits: { locksPerUserMax: 1 } });
  await locked(site, "/dav/a", { access: user("ann") });
  await locked(site, "/dav/b", { access: user("bob") });
});

test("what is locked already is 423, and says where", async () => {
  const site = davSite({ "/d/a": "a" });
  await locked(site, "/dav/d");
  const { status, text } = await site.send("LOCK", "/dav/d/a", { body: LOCK_INFO });
  assert.equal(status, 423);
  assert.match(text, /<D:no-conflicting-lock><D:href>\/dav\/d\/<\/D:href>/);
});

test("what is locked below stands in the way of a lock of the whole", async () => {
  const site = davSite({ "/d/a": "a" });
  await locked(site, "/dav/d/a");
  const { status, text } = await site.send("LOCK", "/dav/d/", { body: LOCK_INFO });
  assert.equal(status, 207);
  assert.deepEqual(textsOf(text, "href"), ["/dav/d/a", "/dav/d/"]);
  assert.deepEqual(textsOf(text, "status"), [
    "HTTP/1.1 423 Locked",
    "HTTP/1.1 424 Failed Dependency",
  ]);
  const shallow = await site.send("LOCK", "/dav/d/", { fields: { depth: "0" }, body: LOCK_INFO });
  assert.equal(shallow.status, 200);
});

test("several share a lock, and all of them are told", async () => {
  const site = davSite({ "/a": "a" });
  await locked(site, "/dav/a", { body: SHARED_LOCK_INFO });
  const { text } = await site.send("LOCK", "/dav/a", { body: SHARED_LOCK_INFO });
  assert.equal(textsOf(text, "locktoken").length, 2);
});

for (const [what, body, status] of [
  ["no XML", "<", 400],
  ["another document", '<D:propfind xmlns:D="DAV:"/>', 400],
  ["no scope", LOCK_INFO.replace("<D:exclusive/>", ""), 400],
  ["both scopes", LOCK_INFO.replace("<D:exclusive/>", "<D:exclusive/><D:shared/>"), 400],
  ["another type", LOCK_INFO.replace("<D:write/>", "<D:read/>"), 422],
  ["an endless owner", LOCK_INFO.replace("me", "x".repeat(3000)), 413],
] as const) {
  test(`LOCK with ${what}: ${status}`, async () => {
    const site = davSite({ "/a": "a" });
    assert.equal((await site.send("LOCK", "/dav/a", { body })).status, status);
  });
}

test("a lock of depth 1 there is not", async () => {
  const site = davSite({ "/a": "a" });
  const answer = await site.send("LOCK", "/dav/a", { fields: { depth: "1" }, body: LOCK_INFO });
  assert.equal(answer.status, 400);
});

test("UNLOCK ends a lock, from anywhere within it", async () => {
  const site = davSite({ "/d/a": "a" });
  const token = await locked(site, "/dav/d");
  const fields = { "lock-token": `<${token}>` };
  assert.equal((await site.send("UNLOCK", "/dav/d/a", { fields })).status, 204);
  assert.equal((await site.send("PUT", "/dav/d/a")).status, 204);
  assert.equal((await site.send("UNLOCK", "/dav/d/a", { fields })).status, 409);
});

for (const [token, status] of [
  ["", 400],
  ["TOKEN", 400],
  ["<TOKEN> <b>", 400],
  ["<urn:other>", 409],
] as const) {
  test(`UNLOCK with Lock-Token: ${token || "nothing"} is ${status}, and the lock stays`, async () => {
    const site = davSite({ "/a": "a" });
    const real = await locked(site, "/dav/a");
    const fields = { "lock-token": token.replace("TOKEN", real) };
    assert.equal((await site.send("UNLOCK", "/dav/a", { fields })).status, status);
    assert.equal((await site.send("PUT", "/dav/a")).status, 423);
  });
}

test("nobody ends or refreshes the lock of another user", async () => {
  const site = davSite({ "/a": "a" });
  const token = await locked(site, "/dav/a", { access: user("ann") });
  const bob = user("bob");
  const unlock = { fields: { "lock-token": `<${token}>` } };
  const refresh = { fields: { if: `(<${token}>)` } };
  assert.equal((await site.send("UNLOCK", "/dav/a", { ...unlock, access: bob })).status, 403);
  assert.equal((await site.send("LOCK", "/dav/a", { ...refresh, access: bob })).status, 403);
  assert.equal(
    (await site.send("UNLOCK", "/dav/a", { ...unlock, access: user("ann") })).status,
    204,
  );
});

test("what somebody else makes at the same moment is locked as it is", async () => {
  const inner = memoryFileSystem();
  const fileSystem = {
    ...{ stat: inner.stat.bind(inner), list: inner.list.bind(inner), open: inner.open.bind(inner) },
    writer: {
      ...inner.writer,
      write: async (path: Parameters<typeof inner.put>[0]) => {
        const draft = await inner.writer.write(path);
        inner.put(path, Buffer.from("theirs"));
        return draft;
      },
    },
  };
  const site = davSite({}, { fileSystem });
  const answer = await site.send("LOCK", "/dav/a", { body: LOCK_INFO });
  assert.equal(answer.status, 200);
  assert.equal((await site.send("GET", "/dav/a")).text, "theirs");
});
