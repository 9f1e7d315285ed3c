import assert from "node:assert/strict";
import { test } from "node:test";
import {
  capturesOf,
  parsePattern,
  patternOf,
  piecesOf,
  precedence,
} from "../../src/base/path-pattern.ts";

function captured(pattern: string, path: string): Record<string, string> | undefined {
  const captures = capturesOf(patternOf(pattern), path);
  return captures === undefined ? undefined : Object.fromEntries(captures);
}

for (const [pattern, path, captures] of [
  ["/blog/:year/:slug", "/blog/2024/hello", { year: "2024", slug: "hello" }],
  ["/blog/:year/:slug", "/blog/2024/a b?\u00fc", { year: "2024", slug: "a b?\u00fc" }],
  ["/blog/:year/:slug", "/blog/2024/hello/", undefined],
  ["/blog/:year/:slug", "/blog/2024/", undefined],
  ["/blog/:year/:slug", "/blog/2024", undefined],
  ["/blog/:year/:slug", "/blog/2024/hello/more", undefined],
  ["/blog/:year/:slug", "/blogs/2024/hello", undefined],
  ["/blog/:year/:slug/", "/blog/2024/hello/", { year: "2024", slug: "hello" }],
  ["/docs/*", "/docs/a/b.html", { "*": "a/b.html" }],
  ["/docs/*", "/docs/a/", { "*": "a/" }],
  ["/docs/*", "/docs/", { "*": "" }],
  ["/docs/*", "/docs", { "*": "" }],
  ["/docs/*", "/docsx", undefined],
  ["/*", "/", { "*": "" }],
  ["/*", "/a/b", { "*": "a/b" }],
  ["/:lang/*", "/de", { lang: "de", "*": "" }],
  ["/:lang/*", "/de/x/y", { lang: "de", "*": "x/y" }],
  ["/:lang/*", "/", undefined],
  ["/:a/mid/:b", "/x/mid/y", { a: "x", b: "y" }],
  ["/:a/mid/:b", "/x/MID/y", undefined],
  ["/a:b", "/a:b", {}],
  ["/up", "/up", {}],
  ["/up", "/up/x", {}],
  ["/up", "/upper", undefined],
  ["/up/", "/up", {}],
  ["/up/", "/up/x", {}],
  ["/up/", "/upper", undefined],
  ["/", "/x", {}],
] as const) {
  test(`${path} in ${pattern}: ${JSON.stringify(captures) ?? "not one of them"}`, () => {
    assert.deepEqual(captured(pattern, path), captures);
  });
}

for (const [pattern, fixed, names] of [
  ["/blog/:year/:slug", "/blog/", ["year", "slug"]],
  ["/docs/*", "/docs/", ["*"]],
  ["/:lang/x/*", "/", ["lang", "*"]],
  ["/*", "/", ["*"]],
  ["/plain/", "/plain/", []],
  ["/", "/", []],
] as const) {
  test(`${pattern} is sure of ${fixed} and captures ${names.join(", ") || "nothing"}`, () => {
    const parsed = parsePattern(pattern);
    assert.ok(parsed.kind === "pattern");
    assert.equal(parsed.pattern.fixed, fixed);
    assert.deepEqual(parsed.pattern.names, names);
  });
}

for (const [path, message] of [
  ["/a/*/b", "* stands alone, as the last segment of a path"],
  ["/a*", "* stands alone, as the last segment of a path"],
  ["/**", "* stands alone, as the last segment of a path"],
  ["/:", "a segment that starts with : is the name of a blank, in letters and digits"],
  ["/:a-b", "a segment that starts with : is the name of a blank, in letters and digits"],
  ["/:1", "a segment that starts with : is the name of a blank, in letters and digits"],
  ["/:a/:a", ":a stands there twice"],
] as const) {
  test(`${path}: ${message}`, () => {
    assert.deepEqual(parsePattern(path), { kind: "fault", message });
    assert.throws(() => patternOf(path), /the path /);
  });
}

function told(to: string): string[] {
  return piecesOf(to).map((piece) =>
    piece.kind === "text" ? `${piece.place} "${piece.text}"` : `${piece.place} <${piece.name}>`,
  );
}

for (const [to, pieces] of [
  ["/new", ['path "/new"']],
  ["/posts/:slug", ['path "/posts/"', "path <slug>"]],
  [
    "/p/:slug.html?y=:year&z#at-:slug",
    [
      'path "/p/"',
      "path <slug>",
      'path ".html"',
      'query "?y="',
      "query <year>",
      'query "&z"',
      'fragment "#at-"',
      "fragment <slug>",
    ],
  ],
  ["/:a/:b", ['path "/"', "path <a>", 'path "/"', "path <b>"]],
  ["https://docs.example.org/*", ['path "https://docs.example.org"', 'path "/"', "path <*>"]],
  ["https://a.example:8443/x", ['path "https://a.example:8443"', 'path "/x"']],
  // What stands in the host is text, whatever it looks like.
  ["https://*:host?q=*", ['path "https://*:host"', 'query "?q="', "query <*>"]],
  ["/at/12:30", ['path "/at/12:30"']],
  ["/x#a?b=:c", ['path "/x"', 'fragment "#a?b="', "fragment <c>"]],
] as const) {
  test(`${to} is ${pieces.join(", ")}`, () => {
    assert.deepEqual(told(to), pieces);
  });
}

test("the longest comes first, then what leaves less open", () => {
  const paths = ["/", "/*", "/a/", "/:x", "/a/:x/:y", "/a/*", "/a/:x/edit", "/a/b/", "/a/b/:x"];
  assert.deepEqual(
    paths.toSorted((one, other) => precedence(patternOf(one), patternOf(other))),
    ["/a/b/:x", "/a/b/", "/a/:x/edit", "/a/:x/:y", "/a/*", "/a/", "/:x", "/*", "/"],
  );
});
