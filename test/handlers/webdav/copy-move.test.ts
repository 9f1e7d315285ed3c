import assert from "node:assert/strict";
import { test } from "node:test";
import type { Access } from "../../../src/http/access.ts";
import { FsError } from "../../../src/vfs/fs-error.ts";
import { memoryFileSystem } from "../../../src/vfs/memory.ts";
import { mounts } from "../../../src/vfs/mounts.ts";
import { ROOT } from "../../../src/vfs/path.ts";
import { statIfThere, walk } from "../../../src/vfs/tree.ts";
import { pathOf } from "../../support/request.ts";
import { type DavSite, davSite, locked, textsOf } from "./site.ts";

const FILES = { "/a": "a", "/b": "b", "/d/x": "x", "/d/e/y": "y", "/t/z": "z" };

async function namesOf(site: DavSite): Promise<string> {
  const { fileSystem } = site.options;
  const names: string[] = [];
  for await (const found of walk({ fileSystem, path: ROOT })) {
    if (found.kind === "entry" && found.stat.kind === "file") names.push(found.path);
  }
  return names.sort().join(" ");
}

for (const [method, from, to, more, status, names] of [
  ["COPY", "/a", "/c", {}, 201, "/a /b /c /d/e/y /d/x /t/z"],
  ["COPY", "/a", "/b", {}, 204, "/a /b /d/e/y /d/x /t/z"],
  ["COPY", "/a", "/b", { overwrite: "F" }, 412, undefined],
  ["COPY", "/d", "/c", {}, 201, "/a /b /c/e/y /c/x /d/e/y /d/x /t/z"],
  ["COPY", "/d/", "/c/", { depth: "0" }, 201, "/a /b /d/e/y /d/x /t/z"],
  ["COPY", "/d", "/t", {}, 204, "/a /b /d/e/y /d/x /t/e/y /t/x"],
  ["COPY", "/a", "/t", {}, 204, "/a /b /d/e/y /d/x /t"],
  ["COPY", "/d", "/a", {}, 204, "/a/e/y /a/x /b /d/e/y /d/x /t/z"],
  ["COPY", "/", "/d/e/all", { depth: "0" }, 201, "/a /b /d/e/y /d/x /t/z"],
  ["COPY", "/a", "/a", {}, 403, undefined],
  ["COPY", "/d", "/d/e/f", {}, 403, undefined],
  ["COPY", "/d/x", "/d", {}, 403, undefined],
  ["COPY", "/d/x", "/", {}, 403, undefined],
  ["COPY", "/a", "/no/c", {}, 409, undefined],
  ["COPY", "/a", "/b/c", {}, 409, undefined],
  ["COPY", "/no", "/c", {}, 404, undefined],
  ["COPY", "/a/", "/c", {}, 404, undefined],
  ["COPY", "/a", "/c", { overwrite: "maybe" }, 400, undefined],
  ["COPY", "/a", "/c", { depth: "1" }, 400, undefined],
  ["COPY", "/a", "/c", { "if-match": '"x"' }, 412, undefined],
  ["MOVE", "/a", "/c", {}, 201, "/b /c /d/e/y /d/x /t/z"],
  ["MOVE", "/a", "/b", {}, 204, "/b /d/e/y /d/x /t/z"],
  ["MOVE", "/a", "/b", { overwrite: "f" }, 412, undefined],
  ["MOVE", "/d", "/c", {}, 201, "/a /b /c/e/y /c/x /t/z"],
  ["MOVE", "/d", "/t", {}, 204, "/a /b /t/e/y /t/x"],
  ["MOVE", "/a", "/t", {}, 204, "/b /d/e/y /d/x /t"],
  ["MOVE", "/d", "/d/e/f", {}, 403, undefined],
  ["MOVE", "/", "/c", {}, 403, undefined],
  ["MOVE", "/d", "/c", { depth: "0" }, 400, undefined],
  ["MOVE", "/a", "/no/c", {}, 409, undefined],
] as const) {
  test(`${method} ${from} → ${to} ${JSON.stringify(more)}: ${status}`, async () => {
    const site = davSite(FILES);
    const fields = { destination: `http://localhost/dav${to}`, ...more };
    const answer = await site.send(method, `/dav${from}`, { fields });
    assert.equal(answer.status, status, answer.text);
    assert.equal(await namesOf(site), names ?? "/a /b /d/e/y /d/x /t/z");
  });
}

for (const [destination, status] of [
  [undefined, 400],
  ["../x", 400],
  ["/dav/%00", 400],
  ["http://other.example/dav/x", 502],
  ["http://localhost:1234/dav/x", 502],
  ["/elsewhere", 502],
] as const) {
  test(`Destination: ${destination} → ${status}`, async () => {
    const fields = destination === undefined ? {} : { destination };
    assert.equal((await davSite(FILES).send("COPY", "/dav/a", { fields })).status, status);
  });
}

test("what comes new says where it is", async () => {
  const fields = { destination: "/dav/c%20d" };
  const answer = await davSite(FILES).send("MOVE", "/dav/d", { fields });
  assert.equal(answer.field("location"), "/dav/c%20d/");
});

const PROPPATCH =
  '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><p xmlns="u">v</p></D:prop></D:set></D:propertyupdate>';

async function hasProperty(site: DavSite, path: string): Promise<boolean> {
  return (await site.send("PROPFIND", path)).text.includes('<p xmlns="u">v</p>');
}

test("what was said of a file travels with it, and what was said of the other is gone", async () => {
  const site = davSite(FILES);
  for (const path of ["/dav/d/x", "/dav/t/z"])
    await site.send("PROPPATCH", path, { body: PROPPATCH });
  await site.send("COPY", "/dav/d", { fields: { destination: "/dav/c" } });
  assert.deepEqual(
    [await hasProperty(site, "/dav/c/x"), await hasProperty(site, "/dav/d/x")],
    [true, true],
  );
  await site.send("MOVE", "/dav/c", { fields: { destination: "/dav/t" } });
  assert.equal(await hasProperty(site, "/dav/t/x"), true);
  await site.send("PUT", "/dav/t/z");
  assert.equal(await hasProperty(site, "/dav/t/z"), false);
});

test("locks stay where they are", async () => {
  const site = davSite(FILES);
  const token = await locked(site, "/dav/a");
  const fields = { destination: "/dav/c", if: `(<${token}>)` };
  assert.equal((await site.send("MOVE", "/dav/a", { fields })).status, 201);
  assert.equal((await site.send("PUT", "/dav/c")).status, 204);
  assert.equal((await site.send("PUT", "/dav/a")).status, 201);
});

test("a file takes the place of another in one step", async () => {
  const site = davSite(FILES);
  const { writer } = site.options.fileSystem;
  assert.ok(writer !== undefined);
  const removed: string[] = [];
  const remove = writer.remove.bind(writer);
  writer.remove = (path, expected) => {
    removed.push(path);
    return remove(path, expected);
  };
  await site.send("MOVE", "/dav/a", { fields: { destination: "/dav/b" } });
  await site.send("COPY", "/dav/b", { fields: { destination: "/dav/d/x" } });
  assert.deepEqual(removed, []);
});

test("between two file systems, too", async () => {
  const table = mounts();
  table.attach(ROOT, memoryFileSystem({ "/a": "a", "/there": "t", "/d/x": "x" }));
  table.attach(pathOf("/m"), memoryFileSystem({ "/b": "b" }));
  const site = davSite({}, { fileSystem: table });
  for (const [from, to, status] of [
    ["/a", "/m/b", 204],
    ["/d", "/m/d", 201],
    ["/m/d/x", "/there", 204],
  ] as const) {
    const answer = await site.send("MOVE", `/dav${from}`, { fields: { destination: `/dav${to}` } });
    assert.equal(answer.status, status, from);
  }
  assert.equal(await namesOf(site), "/m/b /there");
});

test("what cannot be copied is told by name, and the rest is there", async () => {
  const inner = memoryFileSystem(FILES);
  const fileSystem = {
    stat: inner.stat.bind(inner),
    list: inner.list.bind(inner),
    writer: inner.writer,
    open: async (path: Parameters<typeof inner.open>[0]) => {
      if (path === "/d/e/y") throw new FsError("denied", "no");
      return inner.open(path);
    },
  };
  const site = davSite({}, { fileSystem });
  const answer = await site.send("COPY", "/dav/d", { fields: { destination: "/dav/c" } });
  assert.equal(answer.status, 207);
  assert.deepEqual(textsOf(answer.text, "href"), ["/dav/c/e/y"]);
  assert.deepEqual(textsOf(answer.text, "status"), ["HTTP/1.1 403 Forbidden"]);
  assert.ok((await statIfThere({ fileSystem, path: pathOf("/c/x") })) !== undefined);
});

for (const [method, from, to, verb, path] of [
  ["COPY", "/d", "/c", "read", "/dav/d/e/y"],
  ["COPY", "/d", "/c", "list", "/dav/d/e/"],
  ["COPY", "/d", "/c", "write", "/dav/c/e/y"],
  ["COPY", "/a", "/c", "write", "/dav/c"],
  ["COPY", "/a", "/t", "write", "/dav/t/z"],
  ["MOVE", "/d", "/c", "write", "/dav/d/e/y"],
  ["MOVE", "/d", "/c", "read", "/dav/d/e/y"],
  ["MOVE", "/d", "/c", "write", "/dav/c/x"],
] as const) {
  test(`${method} ${from} → ${to} without the right to ${verb} ${path}: 403, nothing is touched`, async () => {
    const site = davSite(FILES);
    const access: Access = { user: "u", may: (what, where) => what !== verb || where !== path };
    const fields = { destination: `/dav${to}` };
    assert.equal((await site.send(method, `/dav${from}`, { fields, access })).status, 403);
    assert.equal(await namesOf(site), "/a /b /d/e/y /d/x /t/z");
  });
}
