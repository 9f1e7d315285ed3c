import assert from "node:assert/strict";
import { test } from "node:test";
import type { Access } from "../../../src/http/access.ts";
import { memoryFileSystem } from "../../../src/vfs/memory.ts";
import { readOnly } from "../../../src/vfs/read-only.ts";
import { davSite, LOCK_INFO, locked, SHARED_LOCK_INFO, textsOf } from "./site.ts";

const FILES = { "/d/a": "a", "/d/e/f": "f", "/x": "x" };
const user = (name: string): Access => ({ user: name, may: () => true });

for (const [lockPath, depth, method, path, more, status] of [
  ["/dav/d/a", "0", "PUT", "/dav/d/a", {}, 423],
  ["/dav/d/a", "0", "DELETE", "/dav/d/a", {}, 423],
  ["/dav/d/a", "0", "PROPPATCH", "/dav/d/a", {}, 423],
  ["/dav/d/a", "0", "POST", "/dav/d/a", {}, 423],
  // A form may be about any name in its directory.
  ["/dav/d/a", "0", "POST", "/dav/d/", {}, 423],
  ["/dav/d/a", "0", "POST", "/dav/", {}, 423],
  ["/dav/d/a", "0", "MOVE", "/dav/d/a", { destination: "/dav/y" }, 423],
  ["/dav/d/a", "0", "COPY", "/dav/d/a", { destination: "/dav/y" }, 201],
  ["/dav/d/a", "0", "COPY", "/dav/x", { destination: "/dav/d/a" }, 423],
  ["/dav/d/a", "0", "MOVE", "/dav/x", { destination: "/dav/d/a" }, 423],
  ["/dav/d/a", "0", "GET", "/dav/d/a", {}, 200],
  // A directory loses what it holds: what is locked in it, too.
  ["/dav/d/e/f", "0", "DELETE", "/dav/d", {}, 423],
  ["/dav/d/e/f", "0", "MOVE", "/dav/d", { destination: "/dav/y" }, 423],
  ["/dav/d/e/f", "0", "COPY", "/dav/x", { destination: "/dav/d" }, 423],
  // The names in a locked directory are locked; with depth 0 only they.
  ["/dav/d", "0", "PUT", "/dav/d/new", {}, 423],
  ["/dav/d", "0", "MKCOL", "/dav/d/new", {}, 423],
  ["/dav/d", "0", "DELETE", "/dav/d/a", {}, 423],
  ["/dav/d", "0", "LOCK", "/dav/d/new", {}, 423],
  ["/dav/d", "0", "COPY", "/dav/x", { destination: "/dav/d/new" }, 423],
  ["/dav/d", "0", "MOVE", "/dav/d/a", { destination: "/dav/y" }, 423],
  ["/dav/d", "0", "PUT", "/dav/d/a", {}, 204],
  ["/dav/d", "0", "PUT", "/dav/d/e/f", {}, 204],
  ["/dav/d", "infinity", "PUT", "/dav/d/e/f", {}, 423],
  ["/dav/d", "infinity", "PUT", "/dav/d/e/new", {}, 423],
  ["/dav/d", "infinity", "PUT", "/dav/x", {}, 204],
] as const) {
  const shown = Object.values(more).map((to) => ` → ${to}`);
  test(`${lockPath} locked, ${depth}: ${method} ${path}${shown} is ${status}`, async () => {
    const site = davSite(FILES);
    const token = await locked(site, lockPath, { fields: { depth } });
    const body = method === "LOCK" ? LOCK_INFO : "";
    const answer = await site.send(method, path, { fields: more, body });
    assert.equal(answer.status, status, answer.text);
    if (status !== 423) return;
    assert.match(answer.text, /<D:error xmlns:D="DAV:"><D:lock-token-submitted><D:href>\/dav\/d/);
    // With its token the same succeeds.
    const fields = { ...more, if: `<${lockPath}> (<${token}>)` };
    const again = await site.send(method, path, { fields, body });
    assert.notEqual(again.status, 423, again.text);
  });
}

test("of shared locks, any one of the tokens will do", async () => {
  const site = davSite(FILES);
  const one = await locked(site, "/dav/x", { body: SHARED_LOCK_INFO });
  const two = await locked(site, "/dav/x", { body: SHARED_LOCK_INFO });
  for (const token of [one, two]) {
    const answer = await site.send("PUT", "/dav/x", { fields: { if: `(<${token}>)` } });
    assert.equal(answer.status, 204);
  }
  assert.equal((await site.send("PUT", "/dav/x")).status, 423);
});

test("a token is worth nothing in another user's hand", async () => {
  const site = davSite(FILES);
  const token = await locked(site, "/dav/x", { access: user("ann") });
  const fields = { if: `(<${token}>)` };
  assert.equal((await site.send("PUT", "/dav/x", { fields, access: user("bob") })).status, 423);
  assert.equal((await site.send("PUT", "/dav/x", { fields })).status, 423);
  assert.equal((await site.send("PUT", "/dav/x", { fields, access: user("ann") })).status, 204);
});

test("a lock cannot be had while somebody else is still writing", async () => {
  const site = davSite(FILES);
  const answers: number[] = [];
  const body = {
    length: undefined,
    async *[Symbol.asyncIterator]() {
      answers.push((await site.send("LOCK", "/dav/x", { body: LOCK_INFO })).status);
      yield Buffer.from("late");
    },
  };
  const put = await site.send("PUT", "/dav/x", { stream: body });
  assert.deepEqual([put.status, ...answers], [204, 423]);
  assert.equal((await site.send("LOCK", "/dav/x", { body: LOCK_INFO })).status, 200);
});

for (const method of ["PUT", "DELETE", "MKCOL", "PROPPATCH", "COPY", "MOVE", "LOCK", "UNLOCK"]) {
  test(`${method}: 403 where nothing may be changed, and the word is named`, async () => {
    const site = davSite({}, { fileSystem: readOnly(memoryFileSystem({ "/a": "a" })) });
    const answer = await site.send(method, "/dav/a", { body: method === "LOCK" ? LOCK_INFO : "" });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /writable: true/);
  });
}

test("the answer names what is locked, each once", async () => {
  const site = davSite(FILES);
  await locked(site, "/dav/d/a");
  await locked(site, "/dav/d/e", { fields: { depth: "0" } });
  const { text } = await site.send("DELETE", "/dav/d");
  assert.deepEqual(textsOf(text, "href").sort(), ["/dav/d/a", "/dav/d/e/"]);
});
