import assert from "node:assert/strict";
import { test } from "node:test";
import { depthOf, hrefOf, lookAt, mayDo } from "../../../src/handlers/webdav/job.ts";
import { contextOf, pathOf } from "../../support/request.ts";
import { davSite, jobOf } from "./site.ts";

for (const [prefix, path, kind, href] of [
  ["/dav/", "/", "directory", "/dav/"],
  ["/dav", "/", "directory", "/dav/"],
  ["/", "/", "directory", "/"],
  ["/", "/a", "directory", "/a/"],
  ["/dav", "/a b/é", "file", "/dav/a%20b/%C3%A9"],
  ["/dav", "/\udcff\n%", "file", "/dav/%FF%0A%25"],
] as const) {
  test(`${JSON.stringify(path)} below ${prefix} is ${href}`, () => {
    assert.equal(hrefOf({ prefix }, pathOf(path), kind), href);
  });
}

test("rights are asked for by the path of this site, as a request would have it", () => {
  const asked: string[] = [];
  const access = {
    user: "u",
    may: (verb: string, path: string) => asked.push(`${verb} ${path}`) > 0,
  };
  const job = { ...jobOf(davSite(), "/x"), context: contextOf({ access }) };
  mayDo(job, "read", pathOf("/ö/a%b"), "file");
  mayDo(job, "list", pathOf("/d"), "directory");
  assert.deepEqual(asked, ["read /dav/ö/a%b", "list /dav/d/"]);
  assert.equal(mayDo(jobOf(davSite(), "/x"), "write", pathOf("/a"), "file"), true);
});

for (const [field, depth] of [
  [{}, "0"],
  [{ depth: "infinity" }, "infinity"],
  [{ depth: " Infinity " }, "infinity"],
  [{ depth: "1" }, 400],
  [{ depth: "0,0" }, 400],
] as const) {
  test(`Depth: ${JSON.stringify(field)} → ${depth}`, () => {
    const job = jobOf(davSite(), "/", field);
    const read = () => depthOf(job, ["0", "infinity"], "0");
    if (depth === 400) assert.throws(read, { status: 400 });
    else assert.equal(read(), depth);
  });
}

test("a file with a slash behind its name is not there", async () => {
  const site = davSite({ "/a": "a", "/d/": "" });
  assert.equal((await lookAt(jobOf(site, "/a")))?.kind, "file");
  assert.equal(await lookAt(jobOf(site, "/a/")), undefined);
  assert.equal((await lookAt(jobOf(site, "/d")))?.kind, "directory");
});
