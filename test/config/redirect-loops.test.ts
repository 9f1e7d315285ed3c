import assert from "node:assert/strict";
import { test } from "node:test";
import type { RouteConfig } from "../../src/config/config.ts";
import { loopingRedirects } from "../../src/config/redirect-loops.ts";

function redirect(path: string, to: string, host?: string): RouteConfig {
  const action = { kind: "redirect", to, status: 308 } as const;
  return { host, path, action, allow: undefined, cors: undefined, origin: "test" };
}

function files(path: string, host?: string, cleanUrls = false): RouteConfig {
  const action = {
    kind: "files",
    fileSystem: "site",
    router: "static",
    listing: false,
    indexNames: [],
    fallback: "",
    languages: [],
    types: [],
    cleanUrls,
    changes: "none",
    rfsapi: false,
    archives: false,
    webdav: false,
  } as const;
  return { host, path, action, allow: undefined, cors: undefined, origin: "test" };
}

function looping(...routes: RouteConfig[]): string[] {
  return [...loopingRedirects(routes)].map(({ path }) => path);
}

test("a redirect to itself never ends", () => {
  assert.deepEqual(looping(redirect("/a", "/a")), ["/a"]);
});

test("a redirect to below itself never ends", () => {
  assert.deepEqual(looping(redirect("/a", "/a/b?c")), ["/a"]);
});

test("a redirect to a name that only starts alike ends", () => {
  assert.deepEqual(looping(redirect("/a", "/ab"), files("/")), []);
});

test("a longer path in between ends it", () => {
  assert.deepEqual(looping(redirect("/", "/new/"), files("/new/")), []);
});

test("redirects that lead to each other never end, and one that leads into them is not to blame", () => {
  assert.deepEqual(looping(redirect("/a", "/b"), redirect("/b", "/a"), redirect("/c", "/a")), [
    "/a",
    "/b",
  ]);
});

test("an encoded target is the same path", () => {
  assert.deepEqual(looping(redirect("/ü", "/%C3%BC")), ["/ü"]);
});

test("a URL is not followed", () => {
  assert.deepEqual(looping(redirect("/a", "https://example.org/a")), []);
});

test("a host's own routes are followed before those of any host", () => {
  assert.deepEqual(
    looping(redirect("/a", "/b", "x.example"), files("/b", "x.example"), redirect("/b", "/a")),
    [],
  );
  assert.deepEqual(looping(redirect("/a", "/b", "x.example"), redirect("/b", "/a")), ["/a"]);
});

test("blanks that lead back below themselves never end", () => {
  assert.deepEqual(looping(redirect("/a/*", "/a/b/*")), ["/a/*"]);
  assert.deepEqual(looping(redirect("/*", "/x/*")), ["/*"]);
  assert.deepEqual(looping(redirect("/:a/:b", "/:b/:a")), ["/:a/:b"]);
  assert.deepEqual(looping(redirect("/a/:x", "/b/:x"), redirect("/b/*", "/a/*?q=:x")), [
    "/a/:x",
    "/b/*",
  ]);
});

test("blanks that lead to another shape end", () => {
  assert.deepEqual(looping(redirect("/blog/:year/:slug", "/blog/:slug?y=:year"), files("/")), []);
  assert.deepEqual(looping(redirect("/:lang/home", "/home/:lang")), []);
  assert.deepEqual(looping(redirect("/a/*", "https://example.org/a/*")), []);
});

test("a longer path before the first blank ends it", () => {
  assert.deepEqual(looping(redirect("/*", "/new/*"), files("/new/")), []);
});

test("a page that is known without .html does not lead back to its redirect", () => {
  const about = redirect("/about", "/about.html");
  const index = redirect("/docs/", "/docs/index.html");
  assert.deepEqual(looping(about, index, files("/", undefined, true)), ["/about", "/docs/"]);
  assert.deepEqual(looping(about, index, files("/")), ["/docs/"]);
  assert.deepEqual(looping(redirect("/old", "/about.html"), files("/", undefined, true)), []);
});
