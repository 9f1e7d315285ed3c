import assert from "node:assert/strict";
import { test } from "node:test";
import { choose } from "../../../src/handlers/precomputed/choose.ts";
import {
  audienceWay,
  type Coded,
  laidOut,
  languageWay,
  typeWay,
} from "../../../src/handlers/precomputed/ways.ts";
import { type Field, fieldsOf } from "../../../src/http/fields.ts";
import { preferredCoding, preferredInstead } from "../../../src/http/negotiation.ts";

const plain = (name: string): Coded<string> => ({ first: name, plain: name, codings: [] });
const coded = (name: string, ...codings: readonly ("br" | "gzip")[]): Coded<string> => ({
  first: name,
  plain: name,
  codings: codings.map((coding) => [coding, `${name}.${coding}`] as const),
});

function chosenFrom(
  laid: ReturnType<typeof laidOut<string>>,
  fields: readonly Field[],
): string | undefined {
  const one = { status: 200, source: undefined, headerLength: 0, etag: undefined };
  const representations = laid.answers.map(() => ({ ...one, lastModified: undefined }));
  const { negotiations } = laid;
  const index = choose({ representations, negotiations }, fieldsOf(fields), "rfc");
  return index === undefined ? undefined : laid.answers[index];
}

const CODINGS = [
  undefined,
  "",
  "gzip",
  "br",
  "gzip, deflate, br",
  "gzip, deflate, br, zstd",
  "identity",
  "identity, gzip",
  "gzip;q=0.5, identity",
  "gzip;q=0",
  "gzip;q=0, br;q=0",
  "*",
  "*;q=0",
  "*;q=0, gzip",
  "*;q=0.5, br;q=0",
  "deflate",
  "x-gzip",
  "identity;q=0",
  "identity;q=0, gzip",
  "br;q=0.1, gzip;q=0.2",
] as const;

for (const field of CODINGS) {
  test(`Accept-Encoding: ${field} chooses what the site would`, () => {
    const laid = laidOut(undefined, coded("a", "br", "gzip"));
    const best = preferredCoding(field, ["br", "gzip"]);
    const expected = { identity: "a", none: undefined, br: "a.br", gzip: "a.gzip" };
    const chosen = chosenFrom(laid, field === undefined ? [] : [["accept-encoding", field]]);
    assert.equal(chosen, Reflect.get(expected, best));
  });
}

for (const field of [
  undefined,
  "*/*",
  "*",
  "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
  "image/webp,*/*",
  "image/*",
  "image/jpeg, image/avif;q=0.5",
  "image/jpeg;q=0.5, image/avif;q=0.5",
  "text/html",
  "image/webp;q=0.3, image/avif;q=0.2, */*;q=0.1",
]) {
  test(`Accept: ${field} chooses the picture that the site would`, () => {
    const others = ["image/avif", "image/webp"].map((type) => [type, plain(type)] as const);
    const way = typeWay(["image/jpeg", plain("image/jpeg")], others);
    const laid = laidOut(way, plain("image/jpeg"));
    const expected =
      preferredInstead(field, "image/jpeg", ["image/avif", "image/webp"]) ?? "image/jpeg";
    assert.equal(chosenFrom(laid, field === undefined ? [] : [["accept", field]]), expected);
  });
}

test("a language is chosen before a coding, also where one of them lacks the coding", () => {
  const way = languageWay([
    ["en", coded("en", "gzip")],
    ["de", plain("de")],
  ]);
  const laid = laidOut(way, coded("en", "gzip"));
  const chosen = (language: string, coding: string) =>
    chosenFrom(laid, [
      ["accept-language", language],
      ["accept-encoding", coding],
    ]);
  assert.equal(chosen("de, en;q=0.9", "gzip"), "de");
  assert.equal(chosen("en, de;q=0.9", "gzip"), "en.gzip");
  assert.equal(chosen("fr", "gzip"), "en.gzip");
  assert.equal(chosen("*", "br"), "en");
  assert.equal(chosenFrom(laid, []), "en");
  assert.deepEqual(
    laid.negotiations.map(({ header }) => header),
    ["accept-encoding:", "accept-language:"],
  );
});

test("a page is for whoever does not ask for JSON", () => {
  const page = ["text/html", plain("page")] as const;
  const laid = laidOut(audienceWay(page, ["application/json", plain("json")]), plain("page"));
  const chosen = (accept: string) => chosenFrom(laid, [["accept", accept]]);
  assert.equal(chosenFrom(laid, []), "page");
  assert.equal(chosen("*/*"), "page");
  assert.equal(chosen("application/json"), "json");
  assert.equal(chosen("application/problem+json"), "json");
  assert.equal(chosen("text/html, application/json"), "page");
  assert.equal(chosen("image/png"), "page");
});

test("what is there only coded is refused as the site would to those who do not take it", () => {
  const only = { first: "404", plain: undefined, codings: [["gzip", "a.gz"]] } as const;
  const laid = laidOut(undefined, only);
  assert.equal(chosenFrom(laid, []), "404");
  assert.equal(chosenFrom(laid, [["accept-encoding", "gzip"]]), "a.gz");
  assert.equal(chosenFrom(laid, [["accept-encoding", "br"]]), "404");
  assert.deepEqual(laid.answers, ["404", "a.gz"]);
});

test("what is alone is not negotiated", () => {
  assert.deepEqual(laidOut(undefined, plain("a")), { answers: ["a"], negotiations: [] });
});
