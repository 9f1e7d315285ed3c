import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePath } from "../../src/http/percent.ts";
import { parseTarget, type Target, urlPathBelow, urlPathBeside } from "../../src/http/target.ts";
import { randomFrom } from "../support/random.ts";

function targetOf(raw: string, method = "GET"): Target {
  const parsed = parseTarget(raw, method);
  assert.equal(
    parsed.kind,
    "target",
    `${raw}: ${parsed.kind === "malformed" ? parsed.reason : ""}`,
  );
  if (parsed.kind !== "target") throw new Error("unreachable");
  return parsed.target;
}

function pathOf(raw: string): string {
  const target = targetOf(raw);
  return target.kind === "path" ? target.path : "*";
}

for (const [raw, path] of [
  ["/", "/"],
  ["/ok.txt", "/ok.txt"],
  ["/a/b/", "/a/b/"],
  ["/a;x=y/b,c", "/a;x=y/b,c"],
  ["/colon:name.txt", "/colon:name.txt"],
  ["/plus+plus.txt", "/plus+plus.txt"], // a plus is a plus: only forms mean a space by it
  ["/.well-known/acme", "/.well-known/acme"],
  ["/..double", "/..double"],
  ["/.../x", "/.../x"],
  ["/file..txt", "/file..txt"],
  // percent-decoding, once
  ["/%6F%6b%2etxt", "/ok.txt"],
  ["/a%20b.txt", "/a b.txt"],
  ["/a%2520b.txt", "/a%20b.txt"],
  ["/%252e%252e/x", "/%2e%2e/x"],
  ["/caf%C3%A9.txt", "/café.txt"],
  ["/caf%c3%a9.txt", "/café.txt"],
  ["/cafe%CC%81.txt", "/cafe\u0301.txt"], // not normalized: it is another name
  ["/new%0Aline.txt", "/new\nline.txt"],
  ["/back%5Cslash.txt", "/back\\slash.txt"],
  ["/q%3Fmark%23hash", "/q?mark#hash"],
  ["/%F0%9F%90%AF", "/\u{1F42F}"],
  // bytes that are no UTF-8 stay what they are
  ["/caf%c3", "/caf\uDCC3"],
  ["/..%c0%afx", "/..\uDCC0\uDCAFx"],
  ["/%c0%ae%c0%ae/x", "/\uDCC0\uDCAE\uDCC0\uDCAE/x"],
  ["/%ed%a0%80", "/\uDCED\uDCA0\uDC80"],
  // an encoded slash separates nothing
  ["/a%2Fb", "/a\uDC2Fb"],
  ["/a%2f..%2f..", "/a\uDC2F..\uDC2F.."],
  ["/..%2foutside", "/..\uDC2Foutside"],
  // dots
  ["/./ok.txt", "/ok.txt"],
  ["/a/.", "/a/"],
  ["/a/./", "/a/"],
  ["/a/..", "/"],
  ["/a/b/../c", "/a/c"],
  ["/a/b/..", "/a/"],
  ["/a/%2e%2E/b", "/b"],
  ["/a/.%2e/b", "/b"],
  ["/a/%2e/b", "/a/b"],
  ["/a%2F../b", "/a\uDC2F../b"],
  // repeated slashes
  ["//", "/"],
  ["//evil.example/", "/evil.example/"],
  ["/a//b///c//", "/a/b/c/"],
  ["//..", "/"], // ".." takes away an empty segment, as in RFC 3986
  ["/a//../b", "/a/b"],
  ["/a//../../b", "/b"],
  // sent as typed by browsers
  ["/[a]^b|c", "/[a]^b|c"],
] as const) {
  test(`${raw} is the path ${JSON.stringify(path)}`, () => {
    assert.equal(pathOf(raw), path);
  });
}

for (const [raw, reason] of [
  ["", /neither a path nor/],
  ["ok.txt", /neither a path nor/],
  ["-secret/secret.txt", /neither a path nor/],
  ["?x", /neither a path nor/],
  ["localhost:80", /neither a path nor/],
  ["*", /OPTIONS/],
  ["*foo", /neither a path nor/],
  ["/..", /above the root/],
  ["/../x", /above the root/],
  ["/a/../../x", /above the root/],
  ["/%2e%2e/x", /above the root/],
  ["/.%2E", /above the root/],
  ["/a/b/../../..", /above the root/],
  ["//../../x", /above the root/],
  ["/%", /without two hexadecimal digits/],
  ["/ok.txt%4", /without two hexadecimal digits/],
  ["/%zz", /without two hexadecimal digits/],
  ["/%u2215", /without two hexadecimal digits/],
  ["/%%41", /without two hexadecimal digits/],
  ["/% 41", /space/],
  ["/ok.txt%00", /NUL/],
  ["/.%00./x", /NUL/],
  ["/a#b", /fragment/],
  ["/a?b#c", /fragment/],
  ["/\\evil.example/", /backslash.*%5C/],
  ["/o\tk", /control character/],
  ["/o\x00k", /control character/],
  ["/o\x7fk", /control character/],
  ["/a b", /space/],
  ["/a?b c", /space/],
  ["/a?b\r", /control character/],
  ["/caf\xe9", /beyond ASCII.*percent-encoded/],
  ["/a?\xff", /beyond ASCII.*percent-encoded/],
  ["/{a}", /character \{ in the path/],
  ["/a`b", /character ` in the path/],
  ["/<b>", /character < in the path/],
  ['/a?"', /character " in the query/],
  ["/a?<script>", /character < in the query/],
  ["ftp://localhost/ok.txt", /http or https/],
  ["htEtp://loca", /http or https/],
  ["http:/x", /http or https/],
  ["http:x", /http or https/],
  ["http://", /host/],
  ["http:///x", /host/],
  ["http://?x", /host/],
  ["http://user:pw@localhost/ok.txt", /user names/],
  ["http://local host/", /host/],
  ["http://a\\b/", /host/],
  ["http://localhost:x/", /host/],
  ["http://[::1/", /host/],
  ["http://localhost#f", /fragment/],
  ["http://localhost/../x", /above the root/],
] as const) {
  test(`${JSON.stringify(raw)} is refused with 400`, () => {
    const parsed = parseTarget(raw, "GET");
    assert.equal(parsed.kind, "malformed");
    if (parsed.kind === "malformed") {
      assert.equal(parsed.status, 400);
      assert.match(parsed.reason, reason);
    }
  });
}

for (const [raw, query] of [
  ["/a", ""],
  ["/a?", ""],
  ["/a?b=c&d", "b=c&d"],
  ["/a?b?c", "b?c"],
  ["/a?%zz%00", "%zz%00"],
  ["/a?x=../../etc/passwd", "x=../../etc/passwd"],
  ["/a?a[]=1&b={c}|d\\e^f`g", "a[]=1&b={c}|d\\e^f`g"],
] as const) {
  test(`the query of ${raw} is taken as sent`, () => {
    assert.deepEqual(targetOf(raw), { kind: "path", raw, path: "/a", query });
  });
}

for (const [raw, origin, path, query, host, port] of [
  ["http://localhost/ok.txt", "/ok.txt", "/ok.txt", "", "localhost", undefined],
  ["http://LocalHost:8080/ok.txt?x", "/ok.txt?x", "/ok.txt", "x", "localhost", 8080],
  ["HTTPS://[::1]:8443/a%20b", "/a%20b", "/a b", "", "[::1]", 8443],
  ["http://localhost", "/", "/", "", "localhost", undefined],
  ["http://localhost?x=1", "/?x=1", "/", "x=1", "localhost", undefined],
  ["http://localhost:/", "/", "/", "", "localhost", undefined],
  ["http://localhost//x?//y", "//x?//y", "/x", "//y", "localhost", undefined],
] as const) {
  test(`${raw} asks ${host} for ${path}`, () => {
    assert.deepEqual(parseTarget(raw, "GET"), {
      kind: "target",
      target: { kind: "path", raw: origin, path, query },
      authority: { host, port },
    });
  });
}

test("OPTIONS may ask about the server as a whole, in two forms", () => {
  const target = { kind: "asterisk" };
  assert.deepEqual(parseTarget("*", "OPTIONS"), { kind: "target", target, authority: undefined });
  assert.deepEqual(parseTarget("http://a.example:81", "OPTIONS"), {
    kind: "target",
    target,
    authority: { host: "a.example", port: 81 },
  });
  assert.equal(targetOf("http://a.example/", "OPTIONS").kind, "path");
  assert.equal(targetOf("/", "OPTIONS").kind, "path");
});

test("CONNECT is not implemented, whatever it asks for", () => {
  for (const raw of ["localhost:443", "/", "*", "http://localhost/"]) {
    const parsed = parseTarget(raw, "CONNECT");
    assert.equal(parsed.kind === "malformed" && parsed.status, 501, raw);
  }
});

test("a plain path is the very text that was sent", () => {
  const raw = "/assets/style.css";
  assert.deepEqual(targetOf(raw), { kind: "path", raw, path: raw, query: "" });
});

test("whatever is sent, a path has its promises: rooted, no dots, no empty segment, no NUL", () => {
  const random = randomFrom(9112);
  const pieces = [
    "/",
    "//",
    ".",
    "..",
    "%2e",
    "%2F",
    "%5c",
    "%00",
    "%c0",
    "a",
    "é",
    "?",
    "%",
    "~",
  ] as const;
  let paths = 0;
  for (let round = 0; round < 50_000; round++) {
    let raw = "/";
    for (let count = random.below(8); count > 0; count--) raw += random.pick(pieces);
    const parsed = parseTarget(raw, "GET");
    if (parsed.kind === "malformed" || parsed.target.kind !== "path") continue;
    paths++;
    const { path } = parsed.target;
    const segments = path.split("/");
    assert.equal(segments.shift(), "", raw);
    assert.ok(!segments.includes(".") && !segments.includes(".."), raw);
    assert.ok(!segments.slice(0, -1).includes(""), raw);
    assert.ok(!path.includes("\0"), raw);
    assert.equal(pathOf(encodePath(path)), path, `${raw}: encoded and parsed again`);
  }
  assert.ok(paths > 10_000, `only ${paths} paths were looked at`);
});

test("dots and escapes are resolved as by the platform's URL parser", () => {
  const random = randomFrom(3986);
  // No names that begin with a dot: after one, the URL parser of Node 20 forgets to resolve dots.
  const segments = ["", "..", ".", "%2e", ".%2E", "%2e%2e", "a", "b%20", "%41"] as const;
  let compared = 0;
  for (let round = 0; round < 20_000; round++) {
    let raw = "/x/y/z";
    for (let count = random.below(7); count > 0; count--) raw += `/${random.pick(segments)}`;
    const parsed = parseTarget(raw, "GET");
    // Above the root we refuse, where browsers stay at the root; and we join repeated slashes.
    if (parsed.kind === "malformed") continue;
    const pathname = new URL(raw, "http://localhost").pathname.replace(/\/{2,}/g, "/");
    assert.equal(pathOf(raw), decodeURIComponent(pathname), raw);
    compared++;
  }
  assert.ok(compared > 10_000, `only ${compared} were compared`);
});

test("what browsers send for any typed ASCII path and query is understood", () => {
  for (let code = 0x21; code < 0x7f; code++) {
    const typed = String.fromCharCode(code);
    // A browser knows no path with "#", "?" or "\" in it, and sends a lone "%" as typed.
    if (!"#?%".includes(typed)) {
      const { pathname } = new URL(`http://localhost/a${typed}b`);
      assert.equal(parseTarget(pathname, "GET").kind, "target", pathname);
    }
    if (typed !== "#") {
      const { search } = new URL(`http://localhost/?a${typed}b`);
      assert.equal(parseTarget(`/${search}`, "GET").kind, "target", search);
    }
  }
});

test("a long target costs time in proportion to its length", () => {
  const raw = "/a/..".repeat(20_000);
  assert.equal(pathOf(raw), "/");
  assert.equal(pathOf("/".repeat(100_000)), "/");
  assert.equal(pathOf(`/${"%c0".repeat(50_000)}`).length, 50_001);
});

test("what lies below a path has one slash in between", () => {
  for (const raw of ["/a%20b", "/a%20b/"]) {
    const target = targetOf(raw);
    assert.ok(target.kind === "path");
    assert.equal(urlPathBelow(target.path, "c/d"), "/a b/c/d");
  }
  const root = targetOf("/");
  assert.equal(root.kind === "path" && urlPathBelow(root.path, "c"), "/c");
});

test("what lies beside a file lies in its directory, and what lies beside a directory in it", () => {
  for (const raw of ["/a%20b/x", "/a%20b/"]) {
    const target = targetOf(raw);
    assert.ok(target.kind === "path");
    assert.equal(urlPathBeside(target.path, "c"), "/a b/c");
  }
});
