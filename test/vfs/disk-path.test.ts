import assert from "node:assert/strict";
import { test } from "node:test";
import { below, isDotfile, isInside, isWindowsName, onDisk } from "../../src/vfs/disk-path.ts";
import { ROOT } from "../../src/vfs/path.ts";
import { at } from "../contract/file-system.ts";

test("a path is put below its root", () => {
  assert.equal(below("/srv/www", at("/a/b")), "/srv/www/a/b");
  assert.equal(below("/srv/www", ROOT), "/srv/www");
  assert.equal(below("/", at("/a/b")), "/a/b");
  assert.equal(below("/", ROOT), "/");
});

for (const [realPath, base, expected] of [
  ["/www", "/www", true],
  ["/www/a", "/www", true],
  ["/www-secret", "/www", false],
  ["/www-secret/a", "/www", false],
  ["/ww", "/www", false],
  ["/", "/www", false],
  ["/www (deleted)/a", "/www", false],
  ["(unreachable)/www/a", "/www", false],
  ["pipe:[4711]", "/", false],
  ["/a", "/", true],
  ["/", "/", true],
] as const) {
  test(`${realPath} is ${expected ? "" : "not "}inside ${base}`, () => {
    assert.equal(isInside(realPath, base), expected);
  });
}

for (const [path, expected] of [
  ["/", false],
  ["/a.b/c.", false],
  ["/.env", true],
  ["/a/.git/config", true],
  ["/...", true],
  ["/..double", true],
  ["/.well-known", false],
  ["/.well-known/acme-challenge/token", false],
  ["/.well-known/.htpasswd", true],
  ["/.well-known/a/.b/c", true],
  ["/.well-knownish", true],
  ["/.WELL-KNOWN/a", true],
  ["/a/.well-known/b", true],
] as const) {
  test(`${path} ${expected ? "has" : "does not have"} a dot name`, () => {
    assert.equal(isDotfile(at(path)), expected);
  });
}

for (const [path, expected] of [
  ["/index.html", true],
  ["/a b/c.tar.gz", true],
  ["/console/common.js", true],
  ["/a~b", true],
  ["/a\\b", false],
  ["/page.html::$DATA", false],
  ["/c:/windows", false],
  ["/page.html.", false],
  ["/page.html ", false],
  ["/dir./page.html", false],
  ["/dir /page.html", false],
  ["/CON", false],
  ["/a/nul", false],
  ["/aux.txt", false],
  ["/com1.tar.gz/x", false],
  ["/LPT\u00b2", false],
  ["/conout$", false],
  ["/nul .txt", false],
  ["/GIT~1", false],
  ["/web~12.con/x", false],
  ["/what?", false],
  ["/tab\there", false],
] as const) {
  test(`${JSON.stringify(path)} ${expected ? "is" : "is not"} a name on Windows`, () => {
    assert.equal(isWindowsName(at(path)), expected);
  });
}

test("a name goes to the disk as text where that says it, else as bytes", () => {
  assert.equal(onDisk("/caf\u00e9/\u{1f4c4}"), "/caf\u00e9/\u{1f4c4}");
  assert.deepEqual(onDisk("/\udcff\udcfe"), Buffer.from([0x2f, 0xff, 0xfe]));
});
