import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type EntityTag,
  formatEntityTag,
  parseEntityTag,
  parseEntityTags,
  strongMatch,
  weakMatch,
} from "../../src/http/entity-tag.ts";
import { randomFrom } from "../support/random.ts";

const strong = (opaque: string): EntityTag => ({ weak: false, opaque });
const weak = (opaque: string): EntityTag => ({ weak: true, opaque });

for (const [text, tag] of [
  ['"xyzzy"', strong("xyzzy")],
  ['W/"xyzzy"', weak("xyzzy")],
  ['""', strong("")],
  ['"a,b;c\\"', strong("a,b;c\\")], // a backslash escapes nothing here
  ['"\xe9"', strong("\xe9")],
  [' \t"a" ', strong("a")],
] as const) {
  test(`${JSON.stringify(text)} is an entity tag`, () => {
    assert.deepEqual(parseEntityTag(text), tag);
    assert.equal(formatEntityTag(tag), text.trim());
  });
}

for (const text of [
  "",
  "xyzzy",
  '"',
  '"a',
  'a"',
  "'a'",
  'w/"a"',
  'W/ "a"',
  'W"a"',
  "W/a",
  '"a b"',
  '"a\x00"',
  '"a\x7f"',
  '"a"b',
  '"a""b"',
  '"a", "b"',
  "*",
]) {
  test(`${JSON.stringify(text)} is not one entity tag`, () => {
    assert.equal(parseEntityTag(text), undefined);
  });
}

for (const [text, tags] of [
  ['"a"', [strong("a")]],
  ['"a", W/"b","c"', [strong("a"), weak("b"), strong("c")]],
  [', ,"a",, "b" ,', [strong("a"), strong("b")]],
  ['"a,b", "c"', [strong("a,b"), strong("c")]],
  ['"*"', [strong("*")]],
  ["*", "*"],
  [" * ", "*"],
] as const) {
  test(`${text} is read as a list`, () => {
    assert.deepEqual(parseEntityTags(text), tags);
  });
}

for (const text of [
  "",
  " ",
  ",",
  "abc",
  '"a" "b"',
  '"a"\t"b"',
  '"a""b"',
  '"a", b',
  '"a", "b',
  '*, "a"',
  '"a", *',
  '"a"; "b"',
]) {
  test(`${JSON.stringify(text)} is no list of entity tags`, () => {
    assert.equal(parseEntityTags(text), undefined);
  });
}

// The table of RFC 9110, section 8.8.3.2.
for (const [one, other, isStrong, isWeak] of [
  [weak("1"), weak("1"), false, true],
  [weak("1"), weak("2"), false, false],
  [weak("1"), strong("1"), false, true],
  [strong("1"), strong("1"), true, true],
] as const) {
  test(`${formatEntityTag(one)} and ${formatEntityTag(other)} are compared both ways`, () => {
    assert.equal(strongMatch(one, other), isStrong);
    assert.equal(strongMatch(other, one), isStrong);
    assert.equal(weakMatch(one, other), isWeak);
    assert.equal(weakMatch(other, one), isWeak);
  });
}

test("any list of tags is read as it was written", () => {
  const random = randomFrom(883);
  const characters = ["a", "b", ",", "*", "W", "/", "\\", "\xff", "'"] as const;
  for (let round = 0; round < 5000; round++) {
    const tags = Array.from({ length: 1 + random.below(5) }, (): EntityTag => {
      const opaque = Array.from({ length: random.below(5) }, () => random.pick(characters)).join(
        "",
      );
      return { weak: random.below(2) === 0, opaque };
    });
    const text = tags.map(formatEntityTag).join(random.pick([",", ", ", " ,\t", ",,"]));
    assert.deepEqual(parseEntityTags(text), tags, text);
  }
});

test("a long hostile list costs time in proportion to its length", () => {
  assert.equal(parseEntityTags(`"a"${" ".repeat(200_000)}x`), undefined);
  assert.equal(parseEntityTags(`${'W/"a",'.repeat(50_000)}`)?.length, 50_000);
  assert.equal(parseEntityTags(`${'"'.repeat(100_001)}`), undefined);
});
