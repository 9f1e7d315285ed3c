import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeText } from "../../src/cli/size-text.ts";

for (const [bytes, text] of [
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [1234, "1.2 kB"],
  [99_949, "99.9 kB"],
  [99_950, "100 kB"],
  [999_499, "999 kB"],
  [999_600, "1.0 MB"],
  [12_345_678, "12.3 MB"],
  [5e15, "5.0 PB"],
  [5e18, "5000 PB"],
] as const) {
  test(`${bytes} bytes are ${text}`, () => {
    assert.equal(sizeText(bytes), text);
  });
}
