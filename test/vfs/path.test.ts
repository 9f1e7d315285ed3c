import assert from "node:assert/strict";
import { test } from "node:test";
import { canNameFile, childOf, nameOf, parentOf, ROOT, vfsPathOf } from "../../src/vfs/path.ts";
import { at } from "../contract/file-system.ts";

for (const [path, expected] of [
  ["/", "/"],
  ["//", "/"],
  ["/a", "/a"],
  ["/a/", "/a"],
  ["//a//b//", "/a/b"],
  ["/...", "/..."],
  ["/.a/..b/c..", "/.a/..b/c.."],
  ["/a b\n\\", "/a b\n\\"],
  ["", undefined],
  ["a", undefined],
  ["\\a", undefined],
  ["/..", undefined],
  ["/a/../b", undefined],
  ["/./a", undefined],
  ["/a/.", undefined],
  ["/a\0", undefined],
] as const) {
  test(`${JSON.stringify(path)} as a path is ${expected ?? "none"}`, () => {
    assert.equal(vfsPathOf(path), expected);
  });
}

test("child, parent and name fit together", () => {
  assert.equal(childOf(ROOT, "a"), "/a");
  assert.equal(childOf(at("/a"), "b"), "/a/b");
  assert.equal(parentOf(at("/a/b")), "/a");
  assert.equal(parentOf(at("/a")), "/");
  assert.equal(parentOf(ROOT), "/");
  assert.equal(nameOf(at("/a/b")), "b");
  assert.equal(nameOf(ROOT), "");
});

for (const [path, expected] of [
  ["/a", true],
  ["/caf\u00e9", true],
  ["/\u{1f4c4}", true],
  // Bytes FF FE: no UTF-8, so the escapes are the name.
  ["/\udcff\udcfe", true],
  // A cut sequence: the lead byte alone is no UTF-8 either.
  ["/\udcc3", true],
  // Bytes C3 A9: that is "é", and has a name without escapes.
  ["/\udcc3\udca9", false],
  ["/a\udc2fb", false],
  ["/\ud800", false],
  ["/\udfff", false],
] as const) {
  test(`${JSON.stringify(path)} ${expected ? "can" : "cannot"} name a file`, () => {
    assert.equal(canNameFile(at(path)), expected);
  });
}
