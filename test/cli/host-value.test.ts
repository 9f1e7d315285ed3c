import assert from "node:assert/strict";
import { test } from "node:test";
import { withHostValue } from "../../src/cli/host-value.ts";

for (const [words, mended] of [
  [["www"], ["www"]],
  [["--host"], ["--host=0.0.0.0"]],
  [
    ["--host", "www"],
    ["--host=0.0.0.0", "www"],
  ],
  [
    ["--host", "::1", "www"],
    ["--host=::1", "www"],
  ],
  [["--host", "localhost"], ["--host=localhost"]],
  [
    ["--host", "C:\\www"],
    ["--host=0.0.0.0", "C:\\www"],
  ],
  [
    ["--host=a", "b"],
    ["--host=a", "b"],
  ],
] as const) {
  test(`${words.join(" ")} is read as ${mended.join(" ")}`, () => {
    assert.deepEqual(withHostValue(words), mended);
  });
}
