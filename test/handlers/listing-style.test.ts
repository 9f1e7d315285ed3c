import assert from "node:assert/strict";
import { test } from "node:test";
import { CONTROLS_STYLE, LISTING_STYLE } from "../../src/handlers/listing-style.ts";

for (const [name, style] of [
  ["a listing", LISTING_STYLE],
  ["a listing that can be changed", CONTROLS_STYLE],
] as const) {
  test(`the style of ${name} loads nothing, and closes what it opens`, () => {
    assert.doesNotMatch(style, /url\(|@import|<\//);
    assert.equal(style.split("{").length, style.split("}").length);
  });
}

test("whatever moves is within the rule for those who do not mind", () => {
  const [before = "", calm = ""] = CONTROLS_STYLE.split(
    "@media(prefers-reduced-motion:no-preference){",
  );
  assert.doesNotMatch(before, /animation|transition/);
  assert.match(calm, /animation:fresh/);
});

test("the page of those who may change something looks like the others, and then more", () => {
  assert.ok(CONTROLS_STYLE.startsWith(LISTING_STYLE));
});
