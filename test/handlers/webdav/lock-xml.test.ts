import assert from "node:assert/strict";
import { test } from "node:test";
import { lockDiscovery } from "../../../src/handlers/webdav/lock-xml.ts";
import { pathOf } from "../../support/request.ts";
import { davSite, jobOf, LOCK_INFO, locked, textsOf } from "./site.ts";

test("a lock tells its owner as he has named himself, and what it was made on", async () => {
  const site = davSite({ "/d/a": "a" });
  const owner = '<D:owner><u:me xmlns:u="urn:u">A &amp; B</u:me></D:owner>';
  const body = LOCK_INFO.replace("<D:owner>me</D:owner>", owner);
  await locked(site, "/dav/d", { body, fields: { timeout: "Second-60" } });
  site.clock.advance(500);
  const xml = lockDiscovery(jobOf(site, "/"), pathOf("/d/a"));
  assert.match(xml, /<D:owner xmlns:D="DAV:"><u:me xmlns:u="urn:u">A &amp; B<\/u:me><\/D:owner>/);
  assert.deepEqual(textsOf(xml, "lockroot"), ["<D:href>/dav/d/</D:href>"]);
  assert.deepEqual(textsOf(xml, "timeout"), ["Second-60"]);
  assert.deepEqual(textsOf(xml, "depth"), ["infinity"]);
  assert.equal(lockDiscovery(jobOf(site, "/"), pathOf("/")), "");
});
