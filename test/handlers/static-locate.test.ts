import assert from "node:assert/strict";
import { test } from "node:test";
import { locate, type Site, type Wish } from "../../src/handlers/static-locate.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";

const SITE: Site = {
  fileSystem: memoryFileSystem({
    "/index.html": "root",
    "/docs/index.html": "docs",
    "/app.js": "plain",
    "/app.js.gz": "gzip",
    "/bare/x.txt": "x",
  }),
  router: "static",
  listing: false,
  indexNames: ["index.html"],
  fallback: "index.html",
  mediaTypes: mediaTypesOf(new Map()),
};

const NOTHING_SAID = {
  accept: undefined,
  acceptEncoding: undefined,
  acceptLanguage: undefined,
  acceptsHtml: true,
};

async function located(path: string, changes: Partial<Site> = {}, wishes: Partial<Wish> = {}) {
  const wish: Wish = { path, ...NOTHING_SAID, ...wishes };
  const found = await locate(wish, { ...SITE, ...changes });
  switch (found.kind) {
    case "file":
      return `${found.path} as ${found.mediaType}, varies by ${found.vary.join("+") || "nothing"}`;
    case "refused":
      return `${found.status} ${found.why}`;
    default:
      return found.kind;
  }
}

for (const [path, expected] of [
  ["/", "/index.html as text/html; charset=utf-8, varies by nothing"],
  ["/docs/", "/docs/index.html as text/html; charset=utf-8, varies by nothing"],
  ["/docs", "add-slash"],
  ["", "add-slash"],
  ["/app.js", "/app.js as text/javascript; charset=utf-8, varies by Accept-Encoding"],
  ["/bare/", "403 directory listing is off, and no index is in"],
  ["/nope", "404 no file"],
  ["/a\0b", "404 no file"],
] as const) {
  test(`${JSON.stringify(path)} → ${expected}`, async () => {
    assert.equal(await located(path), expected);
  });
}

test("a coded file keeps the type of its original", async () => {
  assert.equal(
    await located("/app.js", {}, { acceptEncoding: "gzip" }),
    "/app.js.gz as text/javascript; charset=utf-8, varies by Accept-Encoding",
  );
});

test("the page of an application varies by Accept", async () => {
  assert.equal(
    await located("/users/42", { router: "spa" }),
    "/index.html as text/html; charset=utf-8, varies by Accept",
  );
});

test("a fallback that is a directory, or leads nowhere, is missing", async () => {
  for (const fallback of ["docs", "nope.html", "../secret"]) {
    assert.match(await located("/x", { router: "spa", fallback }), /^404 no .* to fall back to/);
  }
});

test("each decision is told with what it rests on", async () => {
  const notes: string[] = [];
  const wish = { path: "/app.js", ...NOTHING_SAID, acceptEncoding: "br, gzip;q=0.5" };
  await locate(wish, SITE, { note: (_, decision) => notes.push(decision) });
  assert.deepEqual(notes, ["/app.js is file → file (static)", "codings gzip → gzip"]);
});
