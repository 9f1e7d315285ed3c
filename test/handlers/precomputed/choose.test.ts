import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, varyOf } from "../../../src/handlers/precomputed/choose.ts";
import type { Negotiation, Resource } from "../../../src/handlers/precomputed/resource.ts";
import { type Field, fieldsOf } from "../../../src/http/fields.ts";
import { SAMPLE } from "./sample.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/** What was asked for, and the documented choice; undefined: none. */
const TABLE: readonly (readonly [readonly Field[], number | undefined])[] = [
  [[], 0],
  [[["Accept", "*/*"]], 0],
  [[["Accept", "text/html"]], 1],
  [
    [
      ["Accept", "*/*"],
      ["Accept-Encoding", "deflate, gzip, br, zstd"],
    ],
    2,
  ],
  [
    [
      ["Accept", BROWSER],
      ["Accept-Encoding", "gzip, deflate, br"],
    ],
    2,
  ],
  [[["Accept", "text/plain;q=0.5, text/html;q=0.1"]], 0],
  [[["Accept", "text/*, text/plain;q=0.1"]], 1],
  [[["Accept", "image/png"]], undefined],
  [[["Accept-Encoding", "br"]], 0],
  [[["Accept-Encoding", "*;q=0"]], undefined],
  [
    [
      ["Accept", "text/plain"],
      ["Accept-Encoding", "gzip"],
    ],
    undefined,
  ],
  [[["accept", "TEXT/HTML"]], 1],
  [
    [
      ["Accept", "text/html;q=0.2"],
      ["Accept", "text/plain;q=0.1"],
    ],
    1,
  ],
];

for (const [fields, expected] of TABLE) {
  test(`of the sample ${JSON.stringify(fields)} chooses ${expected ?? "none"}`, () => {
    assert.equal(choose(SAMPLE, fieldsOf(fields), "documented"), expected);
  });
}

test("by the RFC who does not mention identity takes it, as the last choice", () => {
  const rfc = (...fields: Field[]) => choose(SAMPLE, fieldsOf(fields), "rfc");
  assert.equal(rfc(["Accept", "text/plain"], ["Accept-Encoding", "gzip"]), 0);
  assert.equal(rfc(["Accept", "text/html"], ["Accept-Encoding", "gzip;q=0.1"]), 2);
  assert.equal(rfc(["Accept", "text/html"], ["Accept-Encoding", "br"]), 1);
  assert.equal(rfc(["Accept-Encoding", "gzip, identity;q=0"]), 2);
  assert.equal(rfc(["Accept-Encoding", "*;q=0"]), undefined);
  assert.equal(rfc(["Accept", "text/plain"], ["Accept-Encoding", "identity;q=0"]), undefined);
});

function resource(count: number, ...negotiations: Negotiation[]): Resource {
  const one = { status: 200, source: undefined, headerLength: 0, etag: undefined };
  const representations = Array.from({ length: count }, () => ({
    ...one,
    lastModified: undefined,
  }));
  return { representations, negotiations };
}

const LANGUAGES: Negotiation = {
  header: "Accept-Language:",
  wildcard: undefined,
  mustMatch: false,
  choices: [
    { name: "zh", specificity: 1, representations: [0, 1] },
    { name: "zh-Hans", specificity: 2, representations: [1] },
    { name: "en", specificity: 1, representations: [2] },
  ],
};

test("a name that begins like another is told apart from it", () => {
  const chosen = (value: string) =>
    choose(resource(3, LANGUAGES), fieldsOf([["Accept-Language", value]]), "documented");
  assert.equal(chosen("zh-Hans"), 1);
  assert.equal(chosen("zh, zh-hans;q=0.5"), 0);
  assert.equal(chosen("zh;q=0.5, zh-hans"), 1);
  assert.equal(chosen("en;q=0.9, *;q=0.1"), 2);
  assert.equal(chosen("fr"), 0);
  assert.equal(chosen("fr, *;q=0.5"), 0);
  assert.equal(chosen("*;q=0.5, zh;q=0"), 2);
});

test("weights are multiplied and rounded up: what is wanted a little is not refused", () => {
  const by = (header: string): Negotiation => ({
    header,
    wildcard: undefined,
    mustMatch: true,
    choices: [{ name: "a", specificity: 0, representations: [0] }],
  });
  const both = resource(1, by("one:"), by("two:"));
  const asked = (one: string, two: string) =>
    choose(
      both,
      fieldsOf([
        ["One", `a;q=${one}`],
        ["Two", `a;q=${two}`],
      ]),
      "documented",
    );
  assert.equal(asked("0.001", "0.001"), 0);
  assert.equal(asked("0.0001", "1"), 0);
  assert.equal(asked("0", "1"), undefined);
});

test("of one value sent twice the higher weight counts", () => {
  const fields = fieldsOf([["Accept-Language", "en;q=0, zh-hans;q=0.2, en;q=0.3"]]);
  assert.equal(choose(resource(3, LANGUAGES), fields, "documented"), 2);
});

test("a field that says nothing that can be read is as one that says nothing known", () => {
  const empty = fieldsOf([["Accept", ""]]);
  assert.equal(choose(SAMPLE, empty, "documented"), undefined);
  assert.equal(
    choose(resource(3, LANGUAGES), fieldsOf([["accept-language", ";;"]]), "documented"),
    0,
  );
});

test("Vary names all fields that count", () => {
  assert.equal(varyOf(SAMPLE), "accept, accept-encoding");
  assert.equal(varyOf(resource(1)), "");
});
