import assert from "node:assert/strict";
import { test } from "node:test";
import { propfind } from "../../../src/handlers/webdav/propfind.ts";
import type { Access } from "../../../src/http/access.ts";
import type { FileSystem } from "../../../src/vfs/file-system.ts";
import { FsError } from "../../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../../src/vfs/memory.ts";
import { pathOf } from "../../support/request.ts";
import { davSite, jobOf, locked, textsOf } from "./site.ts";

const FILES = { "/a.txt": "one", "/d/b": "22", "/d/e/c": "333", "/ö &<.txt": "" };
const ask = (inner: string) => `<D:propfind xmlns:D="DAV:">${inner}</D:propfind>`;
const hrefs = (text: string) => textsOf(text, "href").sort();

for (const [depth, path, expected] of [
  ["0", "/dav/", ["/dav/"]],
  ["1", "/dav/", ["/dav/", "/dav/%C3%B6%20&amp;%3C.txt", "/dav/a.txt", "/dav/d/"]],
  ["1", "/dav/d", ["/dav/d/", "/dav/d/b", "/dav/d/e/"]],
  ["infinity", "/dav/d/", ["/dav/d/", "/dav/d/b", "/dav/d/e/", "/dav/d/e/c"]],
  ["Infinity", "/dav/d/", ["/dav/d/", "/dav/d/b", "/dav/d/e/", "/dav/d/e/c"]],
  ["1", "/dav/a.txt", ["/dav/a.txt"]],
  ["infinity", "/dav/a.txt", ["/dav/a.txt"]],
] as const) {
  test(`${path}, depth ${depth}`, async () => {
    const answer = await davSite(FILES).send("PROPFIND", path, { fields: { depth } });
    assert.equal(answer.status, 207);
    assert.deepEqual(hrefs(answer.text), [...expected]);
  });
}

test("without a depth all is told", async () => {
  const { text } = await davSite(FILES).send("PROPFIND", "/dav/d/");
  assert.equal(hrefs(text).length, 4);
});

test("a file, as the server knows it", async () => {
  const site = davSite();
  await site.send("PUT", "/dav/a.txt", { body: "one" });
  const etag = (await site.send("GET", "/dav/a.txt")).field("etag");
  const { text } = await site.send("PROPFIND", "/dav/a.txt");
  const lockEntry = (scope: string) =>
    `<D:lockentry><D:lockscope><D:${scope}/></D:lockscope>` +
    "<D:locktype><D:write/></D:locktype></D:lockentry>";
  assert.equal(
    text,
    '<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus xmlns:D="DAV:">\n' +
      "<D:response><D:href>/dav/a.txt</D:href><D:propstat><D:prop>" +
      "<D:displayname>a.txt</D:displayname><D:resourcetype/>" +
      "<D:getcontentlength>3</D:getcontentlength>" +
      "<D:getcontenttype>text/plain; charset=utf-8</D:getcontenttype>" +
      `<D:getetag>${etag}</D:getetag>` +
      "<D:getlastmodified>Fri, 02 Jan 2026 03:04:05 GMT</D:getlastmodified>" +
      `<D:supportedlock>${lockEntry("exclusive")}${lockEntry("shared")}</D:supportedlock>` +
      "<D:lockdiscovery/></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\n" +
      "</D:multistatus>\n",
  );
});

test("what was asked for and is not there stands apart, with 404", async () => {
  const body = ask('<D:prop><D:resourcetype/><x xmlns="u"/><D:nothing/><y/></D:prop>');
  const { text } = await davSite(FILES).send("PROPFIND", "/dav/d/", {
    fields: { depth: "0" },
    body,
  });
  assert.match(
    text,
    /<D:prop><D:resourcetype><D:collection\/><\/D:resourcetype><\/D:prop><D:status>HTTP\/1.1 200 OK/,
  );
  assert.match(
    text,
    /<D:prop><x:x xmlns:x="u"\/><D:nothing\/><y\/><\/D:prop><D:status>HTTP\/1.1 404 Not Found/,
  );
});

test("propname tells names, and no values", async () => {
  const { text } = await davSite(FILES).send("PROPFIND", "/dav/a.txt", {
    body: ask("<D:propname/>"),
  });
  assert.match(text, /<D:displayname\/><D:resourcetype\/><D:getcontentlength\/>/);
  assert.doesNotMatch(text, /a\.txt<\/D:displayname/);
});

test("allprop includes what is named beside it", async () => {
  const body = ask("<D:allprop/><D:include><D:quota-used-bytes/><D:displayname/></D:include>");
  const { text } = await davSite(FILES).send("PROPFIND", "/dav/a.txt", { body });
  assert.match(text, /<D:prop><D:quota-used-bytes\/><\/D:prop><D:status>HTTP\/1.1 404/);
  assert.equal(textsOf(text, "displayname").length, 1);
});

test("a property that is asked for twice is told once", async () => {
  const body = ask("<D:prop><D:getetag/><D:getetag/></D:prop>");
  const { text } = await davSite(FILES).send("PROPFIND", "/dav/a.txt", { body });
  assert.equal(textsOf(text, "getetag").length, 1);
});

test("asked for nothing, it says so in a valid answer", async () => {
  const { status, text } = await davSite(FILES).send("PROPFIND", "/dav/a.txt", {
    body: ask("<D:prop/>"),
  });
  assert.equal(status, 207);
  assert.match(text, /<D:propstat><D:prop><\/D:prop><D:status>HTTP\/1.1 200 OK/);
});

for (const [what, body, status] of [
  ["no XML", "<propfind", 400],
  ["another document", "<a/>", 400],
  ["nothing in it", ask(""), 400],
  ["two wishes", ask("<D:allprop/><D:propname/>"), 400],
  ["a declared document type", `<!DOCTYPE d>${ask("<D:allprop/>")}`, 400],
  ["something unknown beside the wish", ask('<x xmlns="u"/><D:allprop/>'), 207],
] as const) {
  test(`PROPFIND with ${what}: ${status}`, async () => {
    assert.equal((await davSite(FILES).send("PROPFIND", "/dav/", { body })).status, status);
  });
}

for (const [path, fields, status] of [
  ["/dav/none", {}, 404],
  ["/dav/a.txt/", {}, 404],
  ["/dav/a.txt/x", {}, 404],
  ["/dav/", { depth: "2" }, 400],
  ["/dav/", { depth: "" }, 400],
  ["/dav/a.txt", { "if-match": '"x"' }, 412],
] as const) {
  test(`PROPFIND ${path} ${JSON.stringify(fields)}: ${status}`, async () => {
    assert.equal((await davSite(FILES).send("PROPFIND", path, { fields })).status, status);
  });
}

test("a directory asked for without its slash is told its name", async () => {
  const answer = await davSite(FILES).send("PROPFIND", "/dav/d", { fields: { depth: "0" } });
  assert.equal(answer.field("content-location"), "/dav/d/");
});

test("names that XML or a URL cannot hold come out safe", async () => {
  const site = davSite({ "/a\u0001\udcff\n]]>": "" });
  const { text } = await site.send("PROPFIND", "/dav/", { fields: { depth: "1" } });
  assert.deepEqual(textsOf(text, "href").slice(1), ["/dav/a%01%FF%0A%5D%5D%3E"]);
  assert.deepEqual(textsOf(text, "displayname").slice(1), ["a\ufffd\ufffd\n]]&gt;"]);
});

test("the root is called as the route is", async () => {
  const { text } = await davSite().send("PROPFIND", "/dav/", { fields: { depth: "0" } });
  assert.deepEqual(textsOf(text, "displayname"), ["dav"]);
});

test("a tree with more than the limit is refused whole, a folder of it is not", async () => {
  const files = Object.fromEntries([1, 2, 3, 4].map((name) => [`/d/${name}`, ""]));
  const site = davSite(files, { limits: { treeEntriesMax: 4 } });
  const refused = await site.send("PROPFIND", "/dav/");
  assert.equal(refused.status, 403);
  assert.match(refused.text, /<D:error xmlns:D="DAV:"><D:propfind-finite-depth\/><\/D:error>/);
  assert.deepEqual(site.hits, ["dav_tree_entries"]);
  assert.equal((await site.send("PROPFIND", "/dav/d/")).status, 207);
  assert.equal((await site.send("PROPFIND", "/dav/", { fields: { depth: "1" } })).status, 207);
});

test("directories that the sender may not list are not there for him", async () => {
  const access: Access = {
    user: "u",
    may: (verb, path) => verb !== "list" || path !== "/dav/d/e/",
  };
  const { text } = await davSite(FILES).send("PROPFIND", "/dav/d/", { access });
  assert.deepEqual(hrefs(text), ["/dav/d/", "/dav/d/b"]);
});

test("locks are told with what they lock", async () => {
  const site = davSite(FILES);
  const token = await locked(site, "/dav/d");
  const body = ask("<D:prop><D:lockdiscovery/></D:prop>");
  const { text } = await site.send("PROPFIND", "/dav/d/", { body });
  assert.equal(text.split(token).length - 1, 4);
});

test("a folder that cannot be read says so, and the others are told all the same", async () => {
  const inner = memoryFileSystem(FILES);
  const fileSystem: FileSystem = {
    stat: (path) => inner.stat(path),
    open: (path) => inner.open(path),
    async *list(path) {
      if (path === "/d/e") throw new FsError("denied", "no");
      yield* inner.list(path);
    },
  };
  const { text } = await davSite({}, { fileSystem }).send("PROPFIND", "/dav/d/");
  assert.match(
    text,
    /<D:href>\/dav\/d\/e\/<\/D:href><D:status>HTTP\/1.1 403 Forbidden<\/D:status>/,
  );
  assert.ok(hrefs(text).includes("/dav/d/b"));
});

test("ten thousand entries leave in pieces, while they are read", async () => {
  const inner = memoryFileSystem();
  let read = 0;
  const stat = { kind: "file", size: 1, modifiedMs: 0, version: "v" } as const;
  const fileSystem: FileSystem = {
    stat: (path) => inner.stat(path),
    open: (path) => inner.open(path),
    async *list() {
      for (; read < 10_000; read++) yield { name: `file ${read}`, stat };
    },
  };
  const job = jobOf(davSite({}, { fileSystem }), "/", { depth: "1" });
  const { body } = await propfind(job);
  assert.ok(body.kind === "stream");
  let largest = 0;
  let total = 0;
  for await (const chunk of body.chunks) {
    if (total === 0) assert.ok(read < 100, `${read} were read before the first left`);
    largest = Math.max(largest, chunk.length);
    total += chunk.length;
  }
  assert.equal(read, 10_000);
  assert.ok(largest < 20_000 && total > 4_000_000, `${largest} of ${total}`);
});

test("dead properties are asked for only where there are some", async () => {
  const site = davSite(FILES);
  const { properties } = site.options.state;
  let reads = 0;
  const counting = {
    ...properties,
    read: (...args: Parameters<typeof properties.read>) => {
      reads += 1;
      return properties.read(...args);
    },
    hasBelow: async (directory: string) => directory === "/d",
  };
  const options = { ...site.options, state: { ...site.options.state, properties: counting } };
  const { body } = await propfind({ ...jobOf(site, "/"), options });
  assert.ok(body.kind === "stream");
  for await (const _ of body.chunks);
  assert.equal(reads, 2);
  assert.equal(await site.options.fileSystem.stat(pathOf("/d/b")).then(({ size }) => size), 2);
});
