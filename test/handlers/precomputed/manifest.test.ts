import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Manifest,
  manifestText,
  readManifest,
  seenText,
} from "../../../src/handlers/precomputed/manifest.ts";

const MANIFEST: Manifest = {
  levels: "br 11",
  targets: new Map([
    ["z", "/z"],
    ["a", "/a"],
  ]),
  asked: new Map([["/a\naccept: b", ['"1"', "hash"]]]),
  contents: new Map([["hash", { gzip: null, br: ["other", 7] }]]),
};

test("a manifest is read as it was written", () => {
  assert.deepEqual(readManifest(manifestText(MANIFEST), seenText(MANIFEST)), MANIFEST);
});

test("the same manifest is the same text, in whatever order it was found out", () => {
  const turned = { ...MANIFEST, targets: new Map([...MANIFEST.targets].reverse()) };
  assert.equal(manifestText(turned), manifestText(MANIFEST));
});

test("without what was seen, everything is read again", () => {
  assert.deepEqual(readManifest(manifestText(MANIFEST), "")?.asked, new Map());
});

for (const text of [
  "",
  "[]",
  "{}",
  '{"kind":"other"}',
  manifestText(MANIFEST).replace('"/z"', "7"),
]) {
  test(`${JSON.stringify(text.slice(0, 40))} is no manifest`, () => {
    assert.equal(readManifest(text, ""), undefined);
  });
}
