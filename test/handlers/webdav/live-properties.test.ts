import assert from "node:assert/strict";
import { test } from "node:test";
import {
  etagOf,
  isProtected,
  liveProperty,
  type Surroundings,
} from "../../../src/handlers/webdav/live-properties.ts";
import { DAV, keyOf } from "../../../src/handlers/webdav/xml-write.ts";
import { mediaTypesOf } from "../../../src/http/media-type.ts";
import { pathOf } from "../../support/request.ts";

const AROUND: Surroundings = {
  mediaTypes: mediaTypesOf(new Map()),
  nowMs: 1_000_000_000_000,
  rootName: "dav",
  hasLocks: true,
  lockDiscovery: () => "",
};
const FILE = { kind: "file", size: 7, modifiedMs: 0, version: "v<1" } as const;
const FOLDER = { kind: "directory", size: 0, modifiedMs: 0, version: undefined } as const;

for (const [name, path, stat, xml] of [
  ["displayname", "/a&b.txt", FILE, "<D:displayname>a&amp;b.txt</D:displayname>"],
  ["displayname", "/", FOLDER, "<D:displayname>dav</D:displayname>"],
  ["resourcetype", "/a", FILE, "<D:resourcetype/>"],
  ["resourcetype", "/a", FOLDER, "<D:resourcetype><D:collection/></D:resourcetype>"],
  ["getcontentlength", "/a", FILE, "<D:getcontentlength>7</D:getcontentlength>"],
  ["getcontentlength", "/a", FOLDER, undefined],
  [
    "getcontenttype",
    "/a.html",
    FILE,
    "<D:getcontenttype>text/html; charset=utf-8</D:getcontenttype>",
  ],
  ["getcontenttype", "/a.html", FOLDER, undefined],
  ["getetag", "/a", FILE, '<D:getetag>"v&lt;1"</D:getetag>'],
  ["getetag", "/a", FOLDER, undefined],
  [
    "getlastmodified",
    "/a",
    FILE,
    "<D:getlastmodified>Thu, 01 Jan 1970 00:00:00 GMT</D:getlastmodified>",
  ],
  [
    "getlastmodified",
    "/a",
    { ...FILE, modifiedMs: 2e12 },
    "<D:getlastmodified>Sun, 09 Sep 2001 01:46:40 GMT</D:getlastmodified>",
  ],
  ["getlastmodified", "/a", { ...FILE, modifiedMs: undefined }, undefined],
  ["creationdate", "/a", FILE, undefined],
  ["quota-available-bytes", "/a", FILE, undefined],
] as const) {
  test(`${name} of the ${stat.kind} ${path}: ${xml}`, () => {
    const resource = { path: pathOf(path), stat };
    assert.equal(liveProperty({ namespace: DAV, name }, resource, AROUND), xml);
  });
}

test("no property of another namespace is taken for one of ours", () => {
  const name = { namespace: "u", name: "getetag" };
  assert.equal(liveProperty(name, { path: pathOf("/a"), stat: FILE }, AROUND), undefined);
  assert.equal(isProtected(keyOf(name)), false);
});

test("a file without a version has no tag", () => {
  assert.equal(etagOf({ ...FILE, version: undefined }), undefined);
});
