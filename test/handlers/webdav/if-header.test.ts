import assert from "node:assert/strict";
import { test } from "node:test";
import { parseIf, tokensIn } from "../../../src/handlers/webdav/if-header.ts";

const token = (name: string, isNegated = false) => ({ kind: "token", token: name, isNegated });
const tag = (opaque: string, { weak = false, isNegated = false } = {}) => ({
  kind: "tag",
  tag: { weak, opaque },
  isNegated,
});

for (const [field, lists] of [
  ["(<a:b>)", [{ resource: undefined, conditions: [token("a:b")] }]],
  ['(<a:b> ["e"])', [{ resource: undefined, conditions: [token("a:b"), tag("e")] }]],
  ["(Not <a:b>)", [{ resource: undefined, conditions: [token("a:b", true)] }]],
  [
    '(nOt["e"]<a:b>)',
    [{ resource: undefined, conditions: [tag("e", { isNegated: true }), token("a:b")] }],
  ],
  ['([W/"e"])', [{ resource: undefined, conditions: [tag("e", { weak: true })] }]],
  // Brackets and parentheses are characters of a tag like any others; spaces are not.
  ['(["])(["])', [{ resource: undefined, conditions: [tag("])([")] }]],
  [
    "(<a:b>)\t(<c:d>) ",
    [
      { resource: undefined, conditions: [token("a:b")] },
      { resource: undefined, conditions: [token("c:d")] },
    ],
  ],
  [
    "</x> (<a:b>) (<c:d>) <http://h/y>(<e:f>)",
    [
      { resource: "/x", conditions: [token("a:b")] },
      { resource: "/x", conditions: [token("c:d")] },
      { resource: "http://h/y", conditions: [token("e:f")] },
    ],
  ],
] as const) {
  test(`${field} is read`, () => assert.deepEqual(parseIf(field), lists));
}

for (const field of [
  "",
  " ",
  "()",
  "(",
  ")",
  "a",
  "<a:b>",
  "(Not)",
  "(Not Not <a:b>)",
  "(<a:b>",
  "<a:b>)",
  "(<>)",
  "(<a b>)",
  "([e])",
  '(["e)',
  "(a:b)",
  "((<a:b>))",
  "(<a:b>) </x>",
  "(<a:b>) </x> (<c:d>)",
  "</x> </y> (<a:b>)",
  "</x>",
  "(<a:b>), (<c:d>)",
  "(<a:b>) Not",
]) {
  test(`${JSON.stringify(field)} cannot be read`, () => assert.equal(parseIf(field), undefined));
}

test("every token named is submitted, also where it is denied", () => {
  const lists = parseIf("</x> (<a:b>) (Not <c:d>)") ?? [];
  assert.deepEqual([...tokensIn(lists)], ["a:b", "c:d"]);
});

test("a long field without sense is refused in no time", () => {
  for (const piece of ["(", "<", '["', "Not ", "(<a>", " \t"]) {
    const start = process.hrtime.bigint();
    parseIf(piece.repeat(20_000));
    assert.ok(Number(process.hrtime.bigint() - start) < 5e8, piece);
  }
});
