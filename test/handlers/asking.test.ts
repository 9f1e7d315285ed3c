import assert from "node:assert/strict";
import { test } from "node:test";
import { askingsBy } from "../../src/handlers/asking.ts";
import { type Field, type Fields, fieldsOf } from "../../src/http/fields.ts";

const askingOf = askingsBy(["accept-encoding", "accept-language"]);

for (const [fields, isPlain, isTimeless] of [
  [[], true, true],
  [[["Accept", "*/*"]], true, true],
  [[["If-None-Match", '"a"']], false, true],
  [[["If-Match", '"a"']], false, true],
  [[["Range", "bytes=0-1"]], false, true],
  [[["If-Modified-Since", "x"]], false, false],
  [[["If-Unmodified-Since", "x"]], false, false],
  [
    [
      ["Range", "bytes=0-1"],
      ["If-Range", "x"],
    ],
    false,
    false,
  ],
  // The date beside a tag is not looked at, but for these two, which are.
  [
    [
      ["If-None-Match", '"a"'],
      ["If-Modified-Since", "x"],
    ],
    false,
    true,
  ],
  [
    [
      ["If-None-Match", '"a"'],
      ["If-Unmodified-Since", "x"],
    ],
    false,
    false,
  ],
  [
    [
      ["If-None-Match", '"a"'],
      ["If-Range", "x"],
    ],
    false,
    false,
  ],
] as const) {
  test(`${JSON.stringify(fields)}: plain ${isPlain}, timeless ${isTimeless}`, () => {
    const asking = askingOf(fieldsOf(fields));
    assert.deepEqual([asking.isPlain, asking.isTimeless], [isPlain, isTimeless]);
    assert.equal(asking.hasCredentials, false);
  });
}

test("credentials are noticed", () => {
  assert.ok(askingOf(fieldsOf([["Authorization", "Basic x"]])).hasCredentials);
});

test("the values that tell answers apart stand in the key, each in its place", () => {
  const key = (...fields: readonly Field[]) => askingOf(fieldsOf(fields)).key;
  const keys = [
    key(),
    key(["Accept-Encoding", "de"]),
    key(["Accept-Language", "de"]),
    key(["Accept-Encoding", "gzip"], ["Accept-Language", "de"]),
  ];
  assert.equal(new Set(keys).size, 4);
  assert.equal(key(["User-Agent", "x"]), key());
});

test("fields that come again are read once, others each time", () => {
  const plain = fieldsOf([]);
  let reads = 0;
  const watched = (isLasting: boolean): Fields => ({
    isLasting,
    get: (name) => plain.get(name),
    count(name) {
      reads++;
      return plain.count(name);
    },
    [Symbol.iterator]: () => plain[Symbol.iterator](),
  });
  const lasting = watched(true);
  assert.equal(askingOf(lasting), askingOf(lasting));
  const once = reads;
  const passing = watched(false);
  assert.notEqual(askingOf(passing), askingOf(passing));
  assert.equal(reads, 3 * once);
});
