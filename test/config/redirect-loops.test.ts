import assert from "node:assert/strict";
import { test } from "node:test";
import type { RouteConfig } from "../../src/config/config.ts";
import { loopingRedirects } from "../../src/config/redirect-loops.ts";

function redirect(path: string, to: string, host?: string): RouteConfig {
  return { host, path, action: { kind: "redirect", to, status: 308 }, origin: "test" };
}

function files(path: string, host?: string): RouteConfig {
  const action = {
    kind: "files",
    fileSystem: "site",
    router: "static",
    listing: false,
    indexNames: [],
    fallback: "",
  } as const;
  return { host, path, action, origin: "test" };
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
