import assert from "node:assert/strict";
import { test } from "node:test";
import { davSite, locked } from "./site.ts";

/** The state of "/dav/a" is `etag`, and it is locked with `token`. */
async function lockedSite() {
  const site = davSite({ "/a": "one", "/b": "two" });
  const etag = (await site.send("GET", "/dav/a")).field("etag") ?? "";
  return { site, etag, token: await locked(site, "/dav/a") };
}

for (const [field, status] of [
  ["(<TOKEN>)", 204],
  ["(<TOKEN> [ETAG])", 204],
  ["(Not <DAV:no-lock>) (<TOKEN>)", 204],
  ["(<urn:other>) (<TOKEN>)", 204],
  ['(<TOKEN> ["other"])', 412],
  ["(<TOKEN>x)", 400],
  ["(<urn:other>)", 412],
  ["(<DAV:no-lock>)", 412],
  ["(Not <TOKEN>)", 412],
  // It holds, but names no token of the lock.
  ["([ETAG])", 423],
  ["(Not <urn:other>)", 423],
  ["</dav/a> (<TOKEN>)", 204],
  ["<http://localhost/dav/a> (<TOKEN>)", 204],
  // True of the other resource, and the token is submitted by being named.
  ["</dav/b> (Not <TOKEN>)", 204],
  ["</dav/b> (<TOKEN>)", 412],
  ["<http://other.example/dav/a> (<TOKEN>)", 412],
  ["<http://other.example/dav/a> (Not <TOKEN>)", 204],
  ["</elsewhere> ([ETAG])", 412],
  ["<::::> (<TOKEN>)", 412],
  ["nonsense", 400],
] as const) {
  test(`PUT with If: ${field} → ${status}`, async () => {
    const { site, etag, token } = await lockedSite();
    const value = field.replaceAll("TOKEN", token).replaceAll("ETAG", etag);
    const answer = await site.send("PUT", "/dav/a", { fields: { if: value }, body: "new" });
    assert.equal(answer.status, status, answer.text);
  });
}

test("If must hold on every method", async () => {
  const site = davSite({ "/a": "one" });
  const fields = { if: "(<urn:x>)", depth: "0" };
  for (const method of ["GET", "HEAD", "PROPFIND", "DELETE", "POST", "MKCOL", "PUT"]) {
    assert.equal((await site.send(method, "/dav/a", { fields })).status, 412, method);
  }
});

test("more lists than anybody needs are refused", async () => {
  const site = davSite({ "/a": "one" });
  const field = "(<u:x>)".repeat(101);
  assert.equal((await site.send("GET", "/dav/a", { fields: { if: field } })).status, 400);
});
