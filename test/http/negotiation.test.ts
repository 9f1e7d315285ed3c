import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import {
  type Coding,
  namedTypes,
  preferredCoding,
  preferredInstead,
  preferredLanguage,
  preferredType,
} from "../../src/http/negotiation.ts";
import { randomFrom } from "../support/random.ts";

for (const [accept, available, coding] of [
  [undefined, ["br", "gzip"], "identity"], // who says nothing may understand nothing
  ["", ["br", "gzip"], "identity"],
  ["gzip", ["br", "gzip"], "gzip"],
  ["GZIP", ["gzip"], "gzip"],
  ["x-gzip", ["gzip"], "gzip"],
  ["gzip, deflate, br, zstd", ["br", "gzip"], "br"],
  ["gzip, deflate, br, zstd", [], "identity"],
  ["gzip;q=1", ["gzip"], "gzip"],
  ["gzip ; Q=1.000", ["gzip"], "gzip"],
  ["gzip;q=0", ["gzip"], "identity"],
  ["gzip;q=0.000", ["gzip"], "identity"],
  ["gzip;q=0.001", ["gzip"], "gzip"],
  ["br;q=0.5, gzip;q=0.5", ["br", "gzip"], "br"], // ties: the server's order
  ["br;q=0.5, gzip;q=0.5", ["gzip", "br"], "gzip"],
  ["br;q=0.5, gzip;q=0.8", ["br", "gzip"], "gzip"],
  ["*", ["br", "gzip"], "br"],
  ["*;q=0.5, gzip", ["br", "gzip"], "gzip"],
  ["gzip;q=0, *", ["gzip"], "identity"],
  ["gzip;q=0, *", ["gzip", "br"], "br"],
  ["identity", ["gzip"], "identity"],
  ["identity;q=1, gzip;q=0.5", ["gzip"], "identity"],
  ["identity;q=0.5, gzip;q=0.5", ["gzip"], "gzip"],
  ["identity;q=0.5, *;q=0.1", ["gzip"], "identity"],
  ["identity;q=0", [], "none"],
  ["identity;q=0, gzip", ["gzip"], "gzip"],
  ["identity;q=0, br", ["gzip"], "none"],
  ["*;q=0", ["gzip"], "none"],
  ["*;q=0, identity", ["gzip"], "identity"],
  ["*;q=0, gzip", ["gzip"], "gzip"],
  ["*;q=0, gzip", [], "none"],
  ["zstd, snappy", ["br", "gzip"], "identity"],
  ["deflate", ["gzip"], "identity"],
  ["gzip-x, xgzip", ["gzip"], "identity"],
  ["gzip;q=abc", ["gzip"], "identity"], // unreadable elements say nothing
  ["gzip;q=-1", ["gzip"], "identity"],
  ["gzip;q=2", ["gzip"], "identity"],
  ["gzip;q=", ["gzip"], "identity"],
  ["identity;q=junk", ["gzip"], "identity"],
  ["gzip;q=1.5", ["gzip"], "gzip"], // too much is as much as there is
  ["gzip;q=.5, br;q=0.25", ["br", "gzip"], "gzip"],
  ["gzip;q=0.12345, br;q=0.12344", ["br", "gzip"], "gzip"],
  ["gzip;level=9;q=0.5, br;q=0.4", ["br", "gzip"], "gzip"],
  [", ,gzip,,", ["gzip"], "gzip"],
  [",,;;==,", ["gzip"], "identity"],
  ["gzip, gzip;q=0", ["gzip"], "gzip"],
  ["constructor, __proto__", ["gzip"], "identity"],
] as const) {
  test(`Accept-Encoding ${accept ?? "absent"} of [${available.join(" ")}]: ${coding}`, () => {
    assert.equal(preferredCoding(accept, available), coding);
  });
}

interface Negotiator {
  encodings(available: readonly string[], options: { preferred: readonly string[] }): string[];
  mediaTypes(available: readonly string[]): string[];
  languages(available: readonly string[]): string[];
}
// Its published types are older than the package and know no options.
const Negotiator: new (request: { headers: Readonly<Record<string, string>> }) => Negotiator =
  createRequire(import.meta.url)("negotiator");

const OFFERED = ["text/html", "application/json", "text/plain"] as const;

for (const [accept, type] of [
  [undefined, "text/html"],
  ["", "text/html"],
  [",,;;==,", "text/html"],
  ["*/*", "text/html"],
  ["*", "text/html"],
  ["application/json", "application/json"],
  ["Application/JSON", "application/json"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"],
  ["application/json, text/plain, */*", "text/html"], // equal: ours
  ["application/json, text/plain, */*;q=0.1", "application/json"],
  ["text/*", "text/html"],
  ["text/*, text/html;q=0.1", "text/plain"], // the more specific range counts
  ["text/*;q=0.1, text/html", "text/html"],
  ["*/*, text/*;q=0", "application/json"],
  ["*/*;q=0", undefined],
  ["image/png", undefined],
  ["image/png, */*;q=0.1", "text/html"],
  ["text/html;q=0, application/json;q=0, text/plain;q=0", undefined],
  ["text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html"], // Java
  ["text/html;level=1", undefined], // another type than plain text/html
  ["text/html;level=1, text/html;q=0.5, text/plain;q=0.7", "text/plain"],
  ["text/html;q=0.5;ext=1, text/plain;q=0.4", "text/html"],
  ['application/json;profile="a,b;q=0", text/plain', "text/plain"],
  ['application/json;profile="\\",text/html";q=0.5, text/plain;q=0.1', "text/plain"],
  ['"text/html', "text/html"], // unreadable
] as const) {
  test(`Accept ${accept ?? "absent"}: ${type ?? "none"}`, () => {
    assert.equal(preferredType(accept, OFFERED), type);
  });
}

test("nothing offered is nothing preferred", () => {
  assert.equal(preferredType(undefined, []), undefined);
  assert.equal(preferredType("*/*", []), undefined);
});

test("codings are chosen as by the package negotiator", () => {
  const random = randomFrom(1253);
  const names = ["gzip", "br", "zstd", "identity", "*", "deflate", "GZIP", "snappy"] as const;
  const weights = ["", ";q=0", ";q=1", ";q=0.5", "; q=0.25", ";q=0.001"] as const;
  const available: readonly Coding[] = ["br", "gzip"];
  let compared = 0;
  for (let round = 0; round < 20_000; round++) {
    const elements = Array.from(
      { length: random.below(6) },
      () => random.pick(names) + random.pick(weights),
    );
    const accept = elements.join(", ");
    // An identity that nobody mentioned has the lowest weight of the whole field there, and may
    // win a tie by it; for us it is the last resort (12.5.3 says only that it is acceptable).
    if (!/identity/.test(accept)) continue;
    const negotiator = new Negotiator({ headers: { "accept-encoding": accept } });
    const order = ["br", "gzip", "identity"];
    const [expected = "none"] = negotiator.encodings(order, { preferred: order });
    assert.equal(preferredCoding(accept, available), expected, accept);
    compared++;
  }
  assert.ok(compared > 5000, `only ${compared} were compared`);
});

const PAIRS = OFFERED.flatMap((one) => OFFERED.map((other) => [one, other] as const));

test("types are acceptable, and liked best, as by the package negotiator", () => {
  const random = randomFrom(1251);
  const names = [
    "text/html",
    "text/plain",
    "application/json",
    "text/*",
    "*/*",
    "image/png",
  ] as const;
  const weights = ["", ";q=0", ";q=1", ";q=0.5", ";q=0.25"] as const;
  for (let round = 0; round < 20_000; round++) {
    const elements = Array.from(
      { length: 1 + random.below(5) },
      () => random.pick(names) + random.pick(weights),
    );
    const accept = elements.join(", ");
    const negotiator = new Negotiator({ headers: { accept } });
    const acceptable = negotiator.mediaTypes(OFFERED);
    const chosen = preferredType(accept, OFFERED);
    assert.equal(chosen === undefined, acceptable.length === 0, accept);
    for (const [one, other] of PAIRS) {
      const first = preferredType(accept, [one, other]);
      // Among equals it goes by the client's order, of which the RFC knows nothing.
      const isTie = first === one && preferredType(accept, [other, one]) === other;
      const expected = isTie ? one : negotiator.mediaTypes([one, other])[0];
      assert.equal(first, expected, `${accept}: ${one} or ${other}`);
      if (isTie) assert.ok(acceptable.includes(one) && acceptable.includes(other), accept);
    }
  }
});

test("a long hostile field costs time in proportion to its length", () => {
  const spaces = " ".repeat(100_000);
  assert.equal(preferredCoding(`gzip${spaces};${spaces}q${spaces}=x`, ["gzip"]), "identity");
  assert.equal(preferredCoding(`${"gzip;q=0.5,".repeat(20_000)}br`, ["gzip", "br"]), "br");
  assert.equal(preferredType(`${'"\\'.repeat(50_000)}`, OFFERED), "text/html");
  assert.equal(preferredType(`${"text/html;".repeat(20_000)}`, OFFERED), undefined);
});

for (const [accept, own, others, chosen] of [
  ["image/avif,image/webp,image/*,*/*;q=0.8", "image/jpeg", ["image/avif"], "image/avif"],
  ["image/avif,image/webp,image/*", "image/jpeg", ["image/webp", "image/avif"], "image/webp"], // ours
  ["image/webp, image/avif;q=0.9", "image/jpeg", ["image/avif", "image/webp"], "image/webp"],
  ["image/*, */*", "image/jpeg", ["image/avif"], undefined], // not named
  ["image/avif;q=0, image/*", "image/jpeg", ["image/avif"], undefined],
  ["image/avif;q=0.5, image/jpeg", "image/jpeg", ["image/avif"], undefined],
  ["image/avif;q=0.5", "image/jpeg", ["image/avif"], "image/avif"],
  ["image/png", "image/jpeg", ["image/avif"], undefined], // neither: its own
  [undefined, "image/jpeg", ["image/avif"], undefined],
  ["", "image/jpeg", ["image/avif"], undefined],
] as const) {
  test(`instead of ${own} of [${others.join(" ")}] for ${accept}: ${chosen ?? "nothing"}`, () => {
    assert.equal(preferredInstead(accept, own, others), chosen);
  });
}

for (const [accept, offered, language] of [
  [undefined, ["en", "de"], "en"],
  ["", ["en", "de"], "en"],
  [",,;;==,", ["en", "de"], "en"],
  ["de", ["en", "de"], "de"],
  ["DE", ["en", "de"], "de"],
  ["de", ["en", "DE"], "DE"], // as it was offered
  ["fr", ["en", "de"], undefined],
  ["de, en", ["en", "de"], "de"], // equal weights: the client's order
  ["de;q=0.5, en", ["de", "en"], "en"],
  ["*", ["en", "de"], "en"],
  ["*, de", ["en", "de"], "de"], // named before "*"
  ["*, de;q=0.5", ["en", "de"], "en"],
  ["de, *;q=0.5", ["en", "fr"], "en"],
  ["de;q=0, *", ["de", "en"], "en"],
  ["de;q=0", ["de"], undefined],
  ["*;q=0", ["de"], undefined],
  ["de", ["en", "de-AT"], "de-AT"], // filtering (RFC 4647, 3.3.1)
  ["de", ["de-AT", "de"], "de"], // the tag itself before what is within it
  ["de", ["den"], undefined],
  ["de-CH", ["en", "de"], "de"], // lookup (RFC 4647, 3.4)
  ["de-CH, en;q=0.9", ["en", "de"], "de"],
  ["zh-Hant-TW", ["zh-Hans", "zh-Hant"], "zh-Hant"],
  ["de-CH", ["de-AT"], undefined],
  ["de-CH;q=0", ["de"], undefined],
  ["de-CH;q=0, de", ["de-CH", "de-AT"], "de-AT"],
  ["de-CH, de;q=0", ["de"], undefined], // the tag itself is refused
  ["de-CH;q=0, de-AT;q=0.2, en;q=0.1", ["en", "de"], "de"],
  ["en-GB, en;q=0.2, de;q=0.5", ["en-US", "de"], "de"], // en-US has only the weight of "en"
  ["en-GB, en;q=0.2, de;q=0.5", ["en-GB", "de"], "en-GB"],
  ["de;q=abc, en;q=0.1", ["de", "en"], "en"],
  ["de_DE, en;q=0.1", ["de", "en"], "en"], // not a language tag
  ["__proto__, verylongtag", ["en"], "en"], // nothing readable in it
] as const) {
  const wanted = `Accept-Language ${accept ?? "absent"} of [${offered.join(" ")}]`;
  test(`${wanted}: ${language ?? "none"}`, () => {
    assert.equal(preferredLanguage(accept, offered), language);
  });
}

test("languages are chosen as by the package negotiator", () => {
  const random = randomFrom(4647);
  const names = ["de", "de-AT", "en", "en-GB", "fr", "*", "pt-BR", "pt"] as const;
  const offered = ["en", "de", "de-AT", "pt-BR"] as const;
  let compared = 0;
  for (let round = 0; round < 20_000; round++) {
    // Different weights: what counts among equals is each library's own.
    const weights = [";q=0.9", ";q=0.7", ";q=0.5", ";q=0.3", ";q=0"];
    const elements = Array.from({ length: 1 + random.below(5) }, () => {
      const [weight = ""] = weights.splice(random.below(weights.length), 1);
      return random.pick(names) + weight;
    });
    // The same range twice: the library takes the last, we take the weightier.
    const ranges = elements.map((element) => element.split(";")[0]);
    if (new Set(ranges).size < ranges.length) continue;
    const accept = elements.join(", ");
    // Who refuses "de-AT" is refused "de" there; a range says nothing of what is around it.
    if (/(?:de-AT|en-GB|pt-BR);q=0(?!\.)/.test(accept)) continue;
    const negotiator = new Negotiator({ headers: { "accept-language": accept } });
    assert.equal(preferredLanguage(accept, offered), negotiator.languages(offered)[0], accept);
    compared++;
  }
  assert.ok(compared > 5000, `only ${compared} were compared`);
});

for (const [accept, named] of [
  ["*/*", []],
  ["text/html,application/xhtml+xml,*/*;q=0.8", ["text/html", "application/xhtml+xml"]],
  ["application/zip;q=0.1, application/TAR", ["application/zip", "application/tar"]],
  ["application/zip;q=0, application/*, application/x-tar", ["application/x-tar"]],
  ["", []],
] as const) {
  test(`"${accept}" names ${named.length} types`, () => {
    assert.deepEqual(namedTypes(accept), named);
  });
}
