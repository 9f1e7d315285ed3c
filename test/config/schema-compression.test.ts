import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf, problemsOf } from "./support.ts";

test("compression is on, unless it is switched off", () => {
  assert.deepEqual(configOf("server: {}\n").compression, {
    bytesMin: 1024,
    bytesMax: 4_194_304,
    codings: ["br", "zstd", "gzip"],
  });
  assert.equal(configOf("compression: {enabled: false}\n").compression, undefined);
});

test("bounds and codings are taken as they are said", () => {
  const text = "compression: {min_bytes: 2kB, max_bytes: 1MiB, codings: [gzip, br]}\n";
  assert.deepEqual(configOf(text).compression, {
    bytesMin: 2000,
    bytesMax: 1_048_576,
    codings: ["gzip", "br"],
  });
});

for (const [text, problem] of [
  [
    "compression: {codings: [deflate]}\n",
    '1:25 compression.codings[0]: expected br, zstd or gzip, got "deflate"',
  ],
  [
    "compression: {min_bytes: 100KiB, max_bytes: 10KiB}\n",
    "1:26 compression.min_bytes: is more than compression.max_bytes",
  ],
  ["compression: {enabled: yes}\n", '1:24 compression.enabled: expected true or false, got "yes"'],
] as const) {
  test(`${text.trim()} is refused`, () => {
    assert.deepEqual(problemsOf(text), [problem]);
  });
}

for (const text of [
  "compression: {codings: []}\n",
  "compression: {max_bytes: 65MiB}\n",
  "compression: {level: 9}\n",
]) {
  test(`${text.trim()} is refused as well`, () => {
    assert.equal(problemsOf(text).length, 1);
  });
}
