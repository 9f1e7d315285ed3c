import assert from "node:assert/strict";
import { test } from "node:test";
import { patternOf } from "../../src/base/path-pattern.ts";
import { shapeOf } from "../../src/config/route-blanks.ts";
import { configOf, read } from "./support.ts";

/** "where key: message (hint)", of what concerns routes. */
function problems(routes: string): string[] {
  const result = read(`file_systems: {m: {kind: memory}}\nroutes: [${routes}]\n`);
  const found = result.kind === "config" ? result.warnings : result.problems;
  return found
    .filter(({ key }) => key.startsWith("routes"))
    .map(({ place, key, message, hint }) => {
      return `${place.spot?.column} ${key}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
    });
}

for (const routes of [
  '{path: "/blog/:year/:slug", redirect: "/posts/:slug?y=:year"}',
  '{path: "/docs/*", redirect: "https://docs.example.org:8443/*"}',
  '{path: "/docs/*", redirect: "/gone"}',
  '{path: "/a:b", redirect: "/c%3Ad"}',
  '{path: "/a", redirect: "https://example.org:8443/at/12:30"}',
  '{path: "/:a/x", redirect: "/y"}, {path: "/:a/*", redirect: "https://a.example/"}',
]) {
  test(`${routes} is fine`, () => assert.deepEqual(problems(routes), []));
}

for (const [routes, problem] of [
  [
    '{path: "/blog/:year/:slug", redirect: "/p/:slgu"}',
    "48 routes[0].redirect: the path captures nothing as :slgu (did you mean slug?)",
  ],
  [
    '{path: "/blog/:year", redirect: "/p/*"}',
    "42 routes[0].redirect: the path captures nothing as * (it captures :year)",
  ],
  [
    '{path: "/blog", redirect: "/p/:x/:x"}',
    "36 routes[0].redirect: the path captures nothing as :x (captures are written in path; for the character itself write %3A)",
  ],
  [
    '{path: "/blog", redirect: "/p/*"}',
    "36 routes[0].redirect: the path captures nothing as * (captures are written in path; for the character itself write %2A)",
  ],
  [
    '{path: "/docs/*", files: m}',
    "17 routes[0].path: * captures nothing for files (write /docs/; it means all that lies below)",
  ],
  [
    '{path: "/:a/b/:c", files: m}',
    "17 routes[0].path: :a, :c captures nothing for files (write /; it means all that lies below)",
  ],
  [
    '{path: "/a/*/b", redirect: "/"}',
    "17 routes[0].path: * stands alone, as the last segment of a path",
  ],
  ['{path: "/:a/:a", redirect: "/"}', "17 routes[0].path: :a stands there twice"],
  [
    '{path: "/:a-b", redirect: "/"}',
    "17 routes[0].path: a segment that starts with : is the name of a blank, in letters and digits",
  ],
  [
    '{path: "/d/*", redirect: "https://*.example.org/"}',
    '35 routes[0].redirect: expected a path (/new) or a URL (https://example.org/new), got "https://*.example.org/" (* cannot be in the host)',
  ],
  ['{path: "/a/*", redirect: "/a/b/*"}', "35 routes[0].redirect: leads back to itself, for ever"],
  [
    '{path: "/a/:x", redirect: "/"}, {path: "/a/:y", redirect: "/"}',
    "49 routes[1].path: /a/:y of any host is routed already, in ferrox.yml:2",
  ],
  [
    '{path: "/", files: m, clean_urls: true}, {path: /x, redirect: /x.html}',
    "72 routes[1].redirect: leads back to itself, for ever",
  ],
  [
    '{path: "/x", redirect: "/", clean_urls: true}',
    "50 routes[0].clean_urls: belongs to routes with files",
  ],
] as const) {
  test(`${routes}: ${problem}`, () => assert.deepEqual(problems(routes), [problem]));
}

test("two paths of the same shape are the same route", () => {
  assert.equal(shapeOf(patternOf("/a/:x/*")), "/a/:/*");
  assert.equal(shapeOf(patternOf("/a/x/")), "/a/x/");
  assert.equal(shapeOf(patternOf("/")), "/");
});

test("path and redirect are kept as they are written", () => {
  const { routes } = configOf(
    'paths: {serve_dir: x}\nroutes: [{path: "/a/:b", redirect: "/c/:b", status: 302}]\n',
  );
  const [route] = routes;
  assert.equal(route?.path, "/a/:b");
  assert.deepEqual(route?.action, { kind: "redirect", to: "/c/:b", status: 302 });
});
