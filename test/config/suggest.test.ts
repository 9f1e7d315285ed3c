import assert from "node:assert/strict";
import { test } from "node:test";
import { didYouMean, nearest } from "../../src/config/suggest.ts";

const WORDS = ["port", "host", "http_port", "https_port", "serve_dir", "index"];

for (const [word, found] of [
  ["prot", "port"],
  ["ports", "port"],
  ["HTTP_PORT", "http_port"],
  ["htps_port", "https_port"],
  ["servedir", "serve_dir"],
  ["idnex", "index"],
  ["colour", undefined],
  ["x", undefined],
  ["", undefined],
] as const) {
  test(`"${word}" is nearest to ${found ?? "nothing"}`, () => {
    assert.equal(nearest(word, WORDS), found);
  });
}

test("a hint is a question", () => {
  assert.equal(didYouMean("idex", WORDS), "did you mean index?");
  assert.equal(didYouMean("zzzzz", WORDS), undefined);
});

test("a word of a megabyte is compared with nothing", () => {
  assert.equal(nearest("y".repeat(1_000_000), WORDS), undefined);
});
