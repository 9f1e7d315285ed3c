import assert from "node:assert/strict";
import { test } from "node:test";
import { type Caching, cacheControlBy } from "../../src/handlers/caching.ts";
import { errorPages } from "../../src/handlers/error-pages.ts";
import { NO_TEMPLATES } from "../../src/handlers/error-templates.ts";
import { staticFiles } from "../../src/handlers/static-files.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { mediaTypesOf } from "../../src/http/media-type.ts";
import { memoryFileSystem } from "../../src/vfs/memory.ts";
import { contextOf, type FieldMap, fieldOf, get } from "../support/request.ts";

test("nothing is kept without asking but what its name is sure of", () => {
  const cacheControl = cacheControlBy({ rules: [], fingerprints: true });
  assert.equal(cacheControl("/index.html"), "no-cache");
  assert.equal(cacheControl("/assets/app.3f9c1a2b.js"), "public, max-age=31536000, immutable");
  // The folder's name says nothing of the file.
  assert.equal(cacheControl("/app.3f9c1a2b.js/readme.js"), "no-cache");
});

test("names can be left alone", () => {
  const cacheControl = cacheControlBy({ rules: [], fingerprints: false });
  assert.equal(cacheControl("/assets/app.3f9c1a2b.js"), "no-cache");
});

test("the first rule that fits counts, before any name", () => {
  const cacheControl = cacheControlBy({
    rules: [
      { match: "/assets/private/**", cacheControl: "no-store" },
      { match: "/assets/**", cacheControl: "public, max-age=3600" },
      { match: "/assets/never/**", cacheControl: "max-age=1" },
    ],
    fingerprints: true,
  });
  assert.equal(cacheControl("/assets/private/app.3f9c1a2b.js"), "no-store");
  assert.equal(cacheControl("/assets/app.3f9c1a2b.js"), "public, max-age=3600");
  assert.equal(cacheControl("/assets/never/a.js"), "public, max-age=3600");
  assert.equal(cacheControl("/app.3f9c1a2b.js"), "public, max-age=31536000, immutable");
});

test("a faulty glob is told when the rules are made, not when somebody asks", () => {
  const rules = [{ match: "/[a]", cacheControl: "no-store" }];
  assert.throws(() => cacheControlBy({ rules, fingerprints: true }), /glob/);
});

const IMMUTABLE = "public, max-age=31536000, immutable";

function site(rules: Caching["rules"] = []) {
  const seen: string[] = [];
  const cacheControl = cacheControlBy({ rules, fingerprints: true });
  const handler = staticFiles({
    fileSystem: memoryFileSystem({
      "/index.html": "root",
      "/app.3f9c1a2b.js": "plain",
      "/app.3f9c1a2b.js.gz": "as gzip",
      "/only.3f9c1a2b.css.gz": "only gzip",
    }),
    fileSystemName: "site",
    origin: "ferrox.yml:12",
    prefix: "/up/",
    router: "spa",
    listing: false,
    indexNames: ["index.html"],
    fallback: "index.html",
    mediaTypes: mediaTypesOf(new Map()),
    listingEntriesMax: 10,
    cacheControl(path) {
      seen.push(path);
      return cacheControl(path);
    },
  });
  const ask = async (path: string, fields: FieldMap = {}) =>
    handler(get(path, fields), contextOf());
  const said = async (path: string, fields: FieldMap = {}) =>
    fieldOf(await ask(path, fields), "cache-control");
  return { ask, said, seen };
}

test("a fingerprinted file is kept for ever in whatever form it goes out", async () => {
  const { ask, said, seen } = site();
  const gzip = { "accept-encoding": "gzip" };
  assert.equal(await said("/up/app.3f9c1a2b.js"), IMMUTABLE);
  assert.equal(await said("/up/app.3f9c1a2b.js", gzip), IMMUTABLE);
  assert.equal(await said("/up/only.3f9c1a2b.css", gzip), IMMUTABLE);
  assert.equal(await said("/up/app.3f9c1a2b.js", { range: "bytes=0-1" }), IMMUTABLE);
  const etag = fieldOf(await ask("/up/app.3f9c1a2b.js"), "etag") ?? "";
  const renewed = await ask("/up/app.3f9c1a2b.js", { "if-none-match": etag });
  assert.equal(renewed.status, 304);
  assert.equal(fieldOf(renewed, "cache-control"), IMMUTABLE);
  assert.deepEqual([...new Set(seen)], ["/up/app.3f9c1a2b.js", "/up/only.3f9c1a2b.css"]);
});

test("the page that answers for an address is judged by its own name", async () => {
  const { said } = site([{ match: "/up/users/**", cacheControl: "no-store" }]);
  assert.equal(await said("/up/users/42"), "no-cache");
  assert.equal(await said("/up/x-3f9c1a2b"), "no-cache");
});

test("no refusal is kept, whatever the name promises", async () => {
  const { ask } = site([{ match: "**", cacheControl: IMMUTABLE }]);
  const pages = errorPages({ templates: NO_TEMPLATES, showWhy: false });
  for (const [path, fields, status] of [
    ["/up/gone.3f9c1a2b.js", {}, 404],
    ["/up/app.3f9c1a2b.js", { "if-match": '"other"' }, 412],
    ["/up/app.3f9c1a2b.js", { range: "bytes=99-" }, 416],
  ] as const) {
    const error = await ask(path, fields).then(
      () => assert.fail(path),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof HttpError);
    const page = pages(error, get(path), contextOf());
    assert.equal(page.status, status);
    assert.equal(fieldOf(page, "cache-control"), "no-cache", path);
  }
});
