import assert from "node:assert/strict";
import { test } from "node:test";
import { canBeSaid, isName, wirePathOf } from "../../../src/vfs/https/wire-path.ts";
import { at } from "../../contract/file-system.ts";

test("the root is nothing, and everything else is itself", () => {
  assert.equal(wirePathOf(at("/")), "");
  assert.equal(wirePathOf(at("/a/b")), "/a/b");
});

test("bytes that are no UTF-8 cannot be said", () => {
  assert.equal(canBeSaid(at("/caf\u00e9/\u{1f4c4}")), true);
  assert.equal(canBeSaid(at("/a\udcff")), false);
});

for (const [text, is] of [
  ["a", true],
  ["..a", true],
  [" ", true],
  ["", false],
  [".", false],
  ["..", false],
  ["/", false],
  ["a/b", false],
  ["/a", false],
  ["a/", false],
  ["../a", false],
  ["a\0b", false],
] as const) {
  test(`${JSON.stringify(text)} is ${is ? "a" : "no"} name`, () => {
    assert.equal(isName(text), is);
  });
}
