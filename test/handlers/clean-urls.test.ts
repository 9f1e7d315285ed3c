import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cached } from "../../src/handlers/cached.ts";
import { cleanPlace } from "../../src/handlers/clean-urls.ts";
import { fileOf } from "../../src/handlers/file-of.ts";
import { type StaticOptions, staticFiles } from "../../src/handlers/static-files.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import type { Response } from "../../src/http/response.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { fakeClock } from "../support/fake-clock.ts";
import {
  contextOf,
  type FieldMap,
  fieldOf,
  get,
  head,
  pathOf,
  textOf,
} from "../support/request.ts";

const FILES = {
  "/index.html": "root",
  "/about.html": "about",
  "/both.html": "page",
  "/both/index.html": "directory",
  "/exact": "no extension",
  "/exact.html": "extension",
  "/dir/index.html": "index",
  "/dir/page.html": "page in a directory",
  "/dir/twice.html.html": "twice",
  "/read/README.md": "first index",
  "/read/index.html": "second index",
  "/bare/x.txt": "x",
  "/gr\u00fc\u00dfe.html": "umlaut",
  "/a b/c?d.html": "odd",
  "/zip.html": "plain",
  "/zip.html.gz": "as gzip",
  "/only.html.gz": "only gzip",
  "/..html": "dots",
  "/.html": "no stem",
  "/folder.html/inner.txt": "a directory with that extension",
  "/old.htm": "short",
  "/older.shtml": "includes",
  "/three.html": "first",
  "/three.htm": "second",
};

function site(changes: Partial<StaticOptions> = {}) {
  const memory = memoryFileSystem(FILES);
  const handler = staticFiles({
    fileSystem: memory,
    fileSystemName: "site",
    origin: "ferrox.yml:12",
    prefix: "/",
    router: "static",
    listing: false,
    indexNames: ["README.md", "index.html"],
    fallback: "index.html",
    mediaTypes: mediaTypesOf(new Map()),
    listingEntriesMax: 10,
    cleanUrls: true,
    ...changes,
  });
  return { memory, handler };
}

/** "200 content", "308 /location", "404". */
async function told(
  path: string,
  changes: Partial<StaticOptions> = {},
  fields: FieldMap = {},
): Promise<string> {
  try {
    const response: Response = await site(changes).handler(get(path, fields), contextOf());
    const location = fieldOf(response, "location");
    return `${response.status} ${location ?? (await textOf(response))}`;
  } catch (error) {
    if (error instanceof HttpError) return String(error.status);
    throw error;
  }
}

describe("clean addresses", () => {
  for (const [path, answer] of [
    ["/about", "200 about"],
    ["/about?x=1", "200 about"],
    ["/about.html", "308 /about"],
    ["/about.html?x=1&y=%20", "308 /about?x=1&y=%20"],
    ["/about/", "404"],
    ["/old", "200 short"],
    ["/old.htm", "308 /old"],
    ["/older", "200 includes"],
    ["/older.shtml", "308 /older"],
    ["/three", "200 first"],
    // Its short address is another file's.
    ["/three.htm", "200 second"],
    ["/dir/page", "200 page in a directory"],
    ["/dir/page.html", "308 /dir/page"],
    // A page comes before a directory, a slash means the directory.
    ["/both", "200 page"],
    ["/both/", "200 directory"],
    ["/both.html", "308 /both"],
    ["/both/index.html", "308 /both/"],
    // An exact name comes before both, and keeps the page its own address.
    ["/exact", "200 no extension"],
    ["/exact.html", "200 extension"],
    // The index of a directory is known by the directory.
    ["/", "200 root"],
    ["/index.html", "308 /"],
    ["/index", "308 /"],
    ["/index.html?q", "308 /?q"],
    ["/dir", "301 /dir/"],
    ["/dir/", "200 index"],
    ["/dir/index.html", "308 /dir/"],
    ["/dir/index", "308 /dir/"],
    // Only the one that the directory is answered with.
    ["/read/", "200 first index"],
    ["/read/README.md", "308 /read/"],
    ["/read/index.html", "200 second index"],
    ["/read/index", "200 second index"],
    // What is not there is not there, under any name.
    ["/nope", "404"],
    ["/nope.html", "404"],
    ["/nope/index.html", "404"],
    ["/bare/index.html", "404"],
    ["/bare/index", "404"],
    ["/about.htm", "404"],
    ["/ABOUT", "404"],
    ["/about.html/", "404"],
    ["/folder", "404"],
    ["/folder.html", "301 /folder.html/"],
    // One step at a time, and never back.
    ["/dir/twice.html.html", "308 /dir/twice.html"],
    ["/dir/twice.html", "200 twice"],
    ["/dir/twice", "404"],
    // Names that no address could have.
    ["/.html", "200 no stem"],
    ["/..html", "200 dots"],
    // Encoded as any Location.
    ["/gr%C3%BC%C3%9Fe", "200 umlaut"],
    ["/gr%C3%BC%C3%9Fe.html", "308 /gr%C3%BC%C3%9Fe"],
    ["/a%20b/c%3Fd.html", "308 /a%20b/c%3Fd"],
    ["//about.html", "308 /about"],
    ["/about%2Ehtml", "308 /about"],
  ] as const) {
    test(`${path}: ${answer}`, async () => {
      assert.equal(await told(path), answer);
    });
  }

  test("no redirect leads to another one, or to nothing", async () => {
    for (const path of Object.keys(FILES)) {
      const sent = path.split("/").map(encodeURIComponent).join("/");
      const answer = await told(sent);
      if (!answer.startsWith("308 ")) continue;
      assert.match(await told(answer.slice("308 ".length)), /^200 /, path);
    }
  });
});

test("without the switch, names are names", async () => {
  const changes = { cleanUrls: false };
  assert.equal(await told("/about", changes), "404");
  assert.equal(await told("/about.html", changes), "200 about");
  assert.equal(await told("/dir/index.html", changes), "200 index");
});

test("below a route the whole address is shortened", async () => {
  assert.equal(await told("/up/about", { prefix: "/up/" }), "200 about");
  assert.equal(await told("/up/about.html?q", { prefix: "/up/" }), "308 /up/about?q");
  assert.equal(await told("/up/index.html", { prefix: "/up/" }), "308 /up/");
  assert.equal(await told("/up/index.html", { prefix: "/up" }), "308 /up/");
  assert.equal(await told("/up", { prefix: "/up" }), "301 /up/");
});

test("an application has pages too; its directories are its own", async () => {
  const changes = { router: "spa" } as const;
  assert.equal(await told("/about", changes), "200 about");
  assert.equal(await told("/about", changes, { accept: "application/json" }), "200 about");
  assert.equal(await told("/about.html", changes), "308 /about");
  assert.equal(await told("/users/42", changes), "200 root");
  assert.equal(await told("/nope.html", changes), "404");
  assert.equal(await told("/dir/index.html", changes), "200 index");
  assert.equal(await told("/index.html", changes), "200 root");
});

test("a page goes out in the coding that lies beside it", async () => {
  const gzip = { "accept-encoding": "gzip" };
  const response = await site().handler(get("/zip", gzip), contextOf());
  assert.equal(fieldOf(response, "content-encoding"), "gzip");
  assert.equal(fieldOf(response, "content-type"), "text/html; charset=utf-8");
  assert.equal(fieldOf(response, "vary"), "Accept-Encoding");
  assert.equal(await textOf(response), "as gzip");
  assert.equal(await told("/zip.html", {}, gzip), "308 /zip");
  assert.equal(await told("/only", {}, gzip), "200 only gzip");
  assert.equal(await told("/only"), "404");
});

test("rules about files see the page", async () => {
  const response = await site({ prefix: "/up/" }).handler(get("/up/zip"), contextOf());
  assert.equal(fileOf(response), "/up/zip.html");
});

test("HEAD is led the same way", async () => {
  const response = await site().handler(head("/about.html"), contextOf());
  assert.equal(response.status, 308);
  assert.equal(fieldOf(response, "location"), "/about");
});

test("what is remembered of a page ends with the page", async () => {
  const { handler, memory } = site();
  const clock = fakeClock();
  const remembering = cached(handler, { bytesMax: 1 << 20, freshMs: 1000 });
  const ask = async () => textOf(await remembering(get("/both"), contextOf({ clock })));
  assert.equal(await ask(), "page");
  memory.put(pathOf("/both.html"), Buffer.from("new page"));
  clock.advance(1000);
  assert.equal(await ask(), "new page");
  memory.remove(pathOf("/both.html"));
  clock.advance(1000);
  const response = await remembering(get("/both"), contextOf({ clock }));
  assert.equal(fieldOf(response, "location"), "/both/");
});

test("the root itself is never looked for beside itself", async () => {
  const facts = {
    path: pathOf("/"),
    found: "directory",
    router: "static",
    indexNames: [],
  } as const;
  assert.equal(await cleanPlace(facts, () => Promise.reject(new Error("asked"))), undefined);
});
