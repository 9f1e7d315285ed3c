import assert from "node:assert/strict";
import { test } from "node:test";
import { extensionOf, pathFrom } from "../../src/vfs/names.ts";
import { at } from "../contract/file-system.ts";

for (const [base, text, path] of [
  ["/", "", "/"],
  ["/a", "", "/a"],
  ["/", "foo", "/foo"],
  ["/foo", "bar", "/foo/bar"],
  ["/foo", "bar/baz", "/foo/bar/baz"],
  ["/foo", ".", "/foo"],
  ["/foo", "./bar", "/foo/bar"],
  ["/foo", "bar/.", "/foo/bar"],
  ["/foo", "..", "/"],
  ["/foo", "../..", "/"],
  ["/foo", "../../../bar", "/bar"],
  ["/foo/bar", "../baz", "/foo/baz"],
  ["/foo/bar", "a/../b", "/foo/bar/b"],
  ["/foo", "bar//baz", "/foo/bar/baz"],
  ["/foo", "//bar", "/bar"],
  ["/foo", "/bar", "/bar"],
  ["/foo", "/", "/"],
  ["/foo", "..a", "/foo/..a"],
  ["/foo", "...", "/foo/..."],
  ["/foo", "bar/", undefined],
  ["/foo", "//", undefined],
  ["/foo", "./", undefined],
  ["/foo", "a\0b", undefined],
] as const) {
  test(`from ${base}, ${JSON.stringify(text)} leads to ${path ?? "no path"}`, () => {
    assert.equal(pathFrom(at(base), text), path);
  });
}

for (const [path, extension] of [
  ["/", undefined],
  ["/name", undefined],
  ["/a.b/name", undefined],
  ["/.name", undefined],
  ["/name.", ""],
  ["/name.bar", "bar"],
  ["/.name.bar", "bar"],
  ["/a.tar.gz", "gz"],
] as const) {
  test(`the extension of ${path} is ${JSON.stringify(extension) ?? "none"}`, () => {
    assert.equal(extensionOf(at(path)), extension);
  });
}
