import assert from "node:assert/strict";
import { test } from "node:test";
import { pathOf } from "../../support/request.ts";
import { type DavSite, davSite, textsOf } from "./site.ts";

const update = (inner: string) =>
  `<D:propertyupdate xmlns:D="DAV:" xmlns:u="urn:u">${inner}</D:propertyupdate>`;
const set = (inner: string) => `<D:set><D:prop>${inner}</D:prop></D:set>`;
const remove = (inner: string) => `<D:remove><D:prop>${inner}</D:prop></D:remove>`;
const MS = 'xmlns="urn:schemas-microsoft-com:"';

async function told(site: DavSite, names: string, path = "/dav/a"): Promise<string> {
  const body = `<D:propfind xmlns:D="DAV:" xmlns:u="urn:u"><D:prop>${names}</D:prop></D:propfind>`;
  return (await site.send("PROPFIND", path, { fields: { depth: "0" }, body })).text;
}

async function patch(site: DavSite, inner: string, path = "/dav/a"): Promise<string> {
  const answer = await site.send("PROPPATCH", path, { body: update(inner) });
  assert.equal(answer.status, 207, answer.text);
  return answer.text;
}

test("what a client says of a file is kept as it was said", async () => {
  const site = davSite({ "/a": "a" });
  const answer = await patch(site, set('<u:author b="1">A <u:b>&amp;</u:b></u:author>'));
  assert.match(answer, /<x:author xmlns:x="urn:u"\/><\/D:prop><D:status>HTTP\/1.1 200 OK/);
  assert.match(
    await told(site, "<u:author/>"),
    /<u:author xmlns:u="urn:u" b="1">A <u:b>&amp;<\/u:b><\/u:author><\/D:prop><D:status>HTTP\/1.1 200/,
  );
});

test("it is told with all properties, and by name", async () => {
  const site = davSite({ "/a": "a" });
  await patch(site, set("<u:p>v</u:p>"));
  assert.match((await site.send("PROPFIND", "/dav/a")).text, /<u:p xmlns:u="urn:u">v<\/u:p>/);
  const body = '<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>';
  assert.match((await site.send("PROPFIND", "/dav/a", { body })).text, /<x:p xmlns:x="urn:u"\/>/);
});

test("instructions are done in the order they stand in", async () => {
  const site = davSite({ "/a": "a" });
  await patch(
    site,
    set("<u:p>1</u:p>") + remove("<u:p/>") + set("<u:p>2</u:p><u:q>3</u:q>") + remove("<u:q/>"),
  );
  const text = await told(site, "<u:p/><u:q/>");
  assert.match(text, /<u:p xmlns:u="urn:u">2<\/u:p>/);
  assert.match(text, /<x:q xmlns:x="urn:u"\/><\/D:prop><D:status>HTTP\/1.1 404/);
});

test("to remove what is not there is no failure", async () => {
  assert.match(await patch(davSite({ "/a": "a" }), remove("<u:p/>")), /HTTP\/1.1 200 OK/);
});

test("with a protected property among them, nothing is done at all", async () => {
  const site = davSite({ "/a": "a" });
  const text = await patch(site, set("<u:p>1</u:p><D:getetag>x</D:getetag>"));
  assert.match(
    text,
    /<D:getetag\/><\/D:prop><D:status>HTTP\/1.1 403 Forbidden<\/D:status><D:error><D:cannot-modify-protected-property\/>/,
  );
  assert.match(text, /<x:p xmlns:x="urn:u"\/><\/D:prop><D:status>HTTP\/1.1 424 Failed Dependency/);
  assert.match(await told(site, "<u:p/>"), /404 Not Found/);
});

for (const name of [
  "getcontentlength",
  "resourcetype",
  "lockdiscovery",
  "supportedlock",
  "creationdate",
  "quota-used-bytes",
]) {
  test(`${name} is the server's, to set and to remove`, async () => {
    const site = davSite({ "/a": "a" });
    assert.match(await patch(site, set(`<D:${name}/>`)), /403 Forbidden/);
    assert.match(await patch(site, remove(`<D:${name}/>`)), /403 Forbidden/);
  });
}

test("a name to be shown may be given, and taken back", async () => {
  const site = davSite({ "/a": "a" });
  await patch(site, set("<D:displayname>My A</D:displayname>"));
  assert.deepEqual(textsOf((await site.send("PROPFIND", "/dav/a")).text, "displayname"), []);
  assert.match(await told(site, "<D:displayname/>"), /<D:displayname xmlns:D="DAV:">My A</);
  await patch(site, remove("<D:displayname/>"));
  assert.match(await told(site, "<D:displayname/>"), /<D:displayname>a</);
});

test("the time that Windows sets is the time of the file", async () => {
  const site = davSite({ "/a": "a" });
  const time = "Sun, 06 Nov 1994 08:49:37 GMT";
  await patch(
    site,
    set(
      `<Win32LastModifiedTime ${MS}>${time}</Win32LastModifiedTime><Win32FileAttributes ${MS}>20</Win32FileAttributes>`,
    ),
  );
  const { modifiedMs } = await site.options.fileSystem.stat(pathOf("/a"));
  assert.equal(modifiedMs, 784_111_777_000);
  const text = await told(
    site,
    `<Win32LastModifiedTime ${MS}/><Win32FileAttributes ${MS}/><D:getlastmodified/>`,
  );
  assert.equal(text.split(time).length - 1, 2);
  assert.match(text, /<Win32FileAttributes xmlns="urn:schemas-microsoft-com:">20</);
});

test("a time that is none changes nothing", async () => {
  const site = davSite({ "/a": "a" });
  const text = await patch(
    site,
    set(`<u:p/><Win32LastModifiedTime ${MS}>soon</Win32LastModifiedTime>`),
  );
  assert.match(text, /403 Forbidden/);
  assert.match(text, /424 Failed Dependency/);
});

test("a time that the file system does not take leaves properties as they were", async () => {
  const site = davSite({ "/d/": "" });
  const { writer } = site.options.fileSystem;
  assert.ok(writer !== undefined);
  const before = await site.options.fileSystem.stat(pathOf("/d"));
  const text = await patch(
    site,
    set(
      `<u:p>1</u:p><Win32LastModifiedTime ${MS}>Sun, 06 Nov 1994 08:49:37 GMT</Win32LastModifiedTime>`,
    ),
    "/dav/d/",
  );
  const after = await site.options.fileSystem.stat(pathOf("/d"));
  // One or the other: both were done, or neither.
  const wasSet = before.modifiedMs !== after.modifiedMs;
  assert.equal(text.includes("200 OK"), wasSet, text);
  assert.equal((await told(site, "<u:p/>", "/dav/d/")).includes("200 OK"), wasSet);
});

for (const [limits, limit] of [
  [{ propertiesMax: 2 }, "dav_properties"],
  [{ propertyBytesMax: 80 }, "dav_property_bytes"],
] as const) {
  test(`beyond ${limit} nothing is kept: 507`, async () => {
    const site = davSite({ "/a": "a" }, { limits });
    assert.match(await patch(site, set("<u:a/>")), /200 OK/);
    assert.match(
      await patch(site, remove("<u:a/>") + set("<u:b/><u:c/><u:d/>")),
      /507 Insufficient/,
    );
    assert.deepEqual(site.hits, [limit]);
    assert.match(await told(site, "<u:a/>"), /200 OK/);
  });
}

for (const [what, body, status] of [
  ["nothing", "", 400],
  ["no XML", "<a", 400],
  ["no instruction", update(""), 400],
  ["an empty one", update(set("")), 400],
  ["too much", update(set(`<u:a>${"x".repeat(5000)}</u:a>`)), 413],
] as const) {
  test(`PROPPATCH of ${what}: ${status}`, async () => {
    const site = davSite({ "/a": "a" }, { limits: { xmlBytesMax: 4096 } });
    assert.equal((await site.send("PROPPATCH", "/dav/a", { body })).status, status);
    if (status === 413) assert.deepEqual(site.hits, ["dav_xml_bytes"]);
  });
}

test("of what is not there nothing can be said", async () => {
  const site = davSite();
  const body = update(set("<u:a/>"));
  assert.equal((await site.send("PROPPATCH", "/dav/a", { body })).status, 404);
});

test("two at once: neither loses what the other has said", async () => {
  const site = davSite({ "/a": "a" });
  await Promise.all([patch(site, set("<u:p/>")), patch(site, set("<u:q/>"))]);
  assert.doesNotMatch(await told(site, "<u:p/><u:q/>"), /404/);
});
