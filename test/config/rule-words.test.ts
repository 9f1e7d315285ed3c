import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reading } from "../../src/config/reading.ts";
import {
  readCacheControl,
  readFieldName,
  readGlob,
  readMethod,
  readOrigin,
} from "../../src/config/rule-words.ts";

/** The value, or what is wrong with it. */
function told<T>(reading: Reading<T>): T | string {
  if (reading.kind === "value") return reading.value;
  return reading.hint === undefined ? reading.message : `${reading.message} (${reading.hint})`;
}

for (const glob of ["*.html", "/assets/**", "/{a,b}/?.css", "**"]) {
  test(`${glob} is a glob`, () => assert.deepEqual(readGlob(glob), { kind: "value", value: glob }));
}

for (const [value, problem] of [
  ["/[ab]", 'the glob "/[ab]" has no use for [ (? is any one character)'],
  ["", 'the glob "" is empty (** stands for every path)'],
  ["a\u0000", 'the glob "a\\x00" holds a control character'],
  [{ a: null }, "expected a glob, got keys and values (write { } in quotes)"],
  [5, "expected a glob, got 5"],
] as const) {
  test(`${JSON.stringify(value)} as a glob: ${problem}`, () => {
    assert.equal(told(readGlob(value)), problem);
  });
}

for (const value of [
  "no-store",
  "no-cache",
  "public, max-age=31536000, immutable",
  "Private,Max-Age=0 , must-revalidate",
  "s-maxage=60, stale-while-revalidate=30, stale-if-error=86400",
  'no-cache="Set-Cookie, X-A", private="X-B"',
  "no-transform, proxy-revalidate, must-understand",
]) {
  test(`${value} is understood by caches`, () =>
    assert.equal(told(readCacheControl(value)), value));
}

const KNOWN =
  "immutable, max-age, must-revalidate, must-understand, no-cache, no-store, no-transform, " +
  "private, proxy-revalidate, public, s-maxage, stale-if-error, stale-while-revalidate";

for (const [value, problem] of [
  ["", 'expected a value of Cache-Control, got ""'],
  [3600, "expected a value of Cache-Control, got 3600"],
  ["max_age=60", 'no cache knows "max_age" (did you mean max-age?)'],
  ["for-ever-and-ever", `no cache knows "for-ever-and-ever" (known: ${KNOWN})`],
  ["max-age=1h", "max-age needs a number of seconds (max-age=3600 is an hour)"],
  ["max-age", "max-age needs a number of seconds (max-age=3600 is an hour)"],
  ["max-age=-1", "max-age needs a number of seconds (max-age=3600 is an hour)"],
  ["immutable=1", "immutable stands alone, without ="],
  ["public max-age=60", 'expected words such as public, max-age=3600, got "public max-age=60"'],
  ["public; max-age=60", 'expected words such as public, max-age=3600, got "public; max-age=60"'],
  ["public,, no-store", 'expected words with commas between, got "public,, no-store"'],
  ["public,", 'expected words with commas between, got "public,"'],
  ["no-store\r\nX: y", 'expected words such as public, max-age=3600, got "no-store\\x0d\\x0aX: y"'],
  ['private="a\nb"', 'expected words such as public, max-age=3600, got "private=\\"a\\x0ab\\""'],
  [`private="${"a".repeat(600)}"`, "the value has at most 512 characters"],
] as const) {
  test(`${JSON.stringify(value).slice(0, 40)} for caches: ${problem.slice(0, 60)}`, () => {
    assert.equal(told(readCacheControl(value)), problem.replaceAll('\\"', '"'));
  });
}

for (const origin of [
  "https://app.example.org",
  "http://localhost:5173",
  "http://127.0.0.1:8080",
  "https://[::1]:8443",
  "https://xn--bcher-kva.example",
  "capacitor://localhost",
  "chrome-extension://abcdefghijklmnop",
]) {
  test(`${origin} is an origin`, () => assert.equal(told(readOrigin(origin)), origin));
}

const ORIGIN = "expected an origin such as https://app.example.org, got";

for (const [value, problem] of [
  ["*", `${ORIGIN} "*" (any origin is the default: leave origins out)`],
  ["null", `${ORIGIN} "null" (browsers say null for every page that may not say who it is)`],
  [
    "https://a.example/",
    `${ORIGIN} "https://a.example/" (write https://a.example, without a path)`,
  ],
  [
    "https://a.example/x?y",
    `${ORIGIN} "https://a.example/x?y" (write https://a.example, without a path)`,
  ],
  ["https://a.example:443", `${ORIGIN} "https://a.example:443" (browsers write https://a.example)`],
  ["HTTPS://A.example", `${ORIGIN} "HTTPS://A.example" (browsers write https://a.example)`],
  ["https://b\u00fccher.example", `${ORIGIN} "https://b\u00fccher.example"`],
  ["a.example", `${ORIGIN} "a.example"`],
  ["https://", `${ORIGIN} "https://"`],
  ["https://u@a.example", `${ORIGIN} "https://u@a.example"`],
  ["https://a.example\r\nX: y", `${ORIGIN} "https://a.example\\x0d\\x0aX: y"`],
  ["https://a.example https://b.example", `${ORIGIN} "https://a.example https://b.example"`],
  [true, `${ORIGIN} true`],
] as const) {
  test(`${JSON.stringify(value)} is no origin`, () => {
    assert.equal(told(readOrigin(value)), problem);
  });
}

test("methods are known by their case, and some are for no page", () => {
  assert.equal(told(readMethod("PROPFIND")), "PROPFIND");
  assert.equal(told(readMethod("get")), 'expected a method such as GET, got "get" (write GET)');
  assert.equal(told(readMethod("TRACE")), "no page may use TRACE");
  assert.equal(told(readMethod("GET\r\n")), 'expected a method such as GET, got "GET\\x0d\\x0a"');
  assert.equal(told(readMethod(1)), "expected a method such as GET, got 1");
});

test("any header may be named, but nothing that is none", () => {
  assert.equal(told(readFieldName("Content-Length")), "Content-Length");
  assert.equal(told(readFieldName("*")), "*");
  assert.equal(told(readFieldName("X Y")), 'expected the name of a header, got "X Y"');
  assert.equal(told(readFieldName("X,Y")), 'expected the name of a header, got "X,Y"');
});
