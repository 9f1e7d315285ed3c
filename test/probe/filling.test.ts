import assert from "node:assert/strict";
import { test } from "node:test";
import {
  filled,
  filledStep,
  MISSING,
  NAMES,
  nameWithout,
  textOf,
  valuesOf,
} from "../../src/probe/filling.ts";
import { answerOf, FACTS } from "./facts-example.ts";

const VALUES = valuesOf(FACTS, 0);

for (const [name, value] of [
  ["host", "localhost:8080"],
  ["HOST", "LOCALHOST:8080"],
  ["scheme", "http"],
  ["path", "/a.txt"],
  ["path-escaped", "/a.tx%74"],
  ["missing", MISSING],
  ["missing-status", "404"],
  ["canary", "GET /a.txt HTTP/1.1\r\nHost: localhost:8080\r\n\r\n"],
  ["canary-length", "45"],
  ["canary-hex", "2d"],
  ["size", "20"],
  ["last", "19"],
  ["date", "Fri, 02 Jan 2026 03:04:05 GMT"],
  ["etag", '"v1"'],
  ["strong-etag", '"v1"'],
  ["opaque", "v1"],
  ["last-modified", "Thu, 01 Jan 2026 00:00:00 GMT"],
  ["last-modified-850", "Thursday, 01-Jan-26 00:00:00 GMT"],
  ["last-modified-asctime", "Thu Jan  1 00:00:00 2026"],
  ["before", "Wed, 31 Dec 2025 00:00:00 GMT"],
  ["coded", "gzip"],
  ["coded-etag", '"v1-gz"'],
  ["ranges", "yes"],
  ["stable", "yes"],
  ["half-close", "yes"],
] as const) {
  test(`{${name}} is ${JSON.stringify(value)}`, () => {
    assert.equal(VALUES.get(name), value);
  });
}

test("there are no other names, and this server has something for each", () => {
  assert.deepEqual([...VALUES.keys()].sort(), [...NAMES].sort());
});

test("a server that gives less has less", () => {
  const whole = answerOf(200, { etag: 'W/"v1"' }, "short");
  const values = valuesOf(
    {
      place: { host: "[::1]:443", path: "/", isSecure: true },
      whole,
      missing: FACTS.missing,
      coded: undefined,
      isStable: true,
      hasRanges: false,
    },
    0,
  );
  assert.deepEqual(
    NAMES.filter((name) => !values.has(name)).sort(),
    [
      "before",
      "coded",
      "coded-etag",
      "half-close",
      "last-modified",
      "last-modified-850",
      "last-modified-asctime",
      "path-escaped",
      "ranges",
      "stable",
      "strong-etag",
    ].sort(),
  );
  assert.equal(values.get("opaque"), "v1");
  assert.equal(values.get("date"), "Thu, 01 Jan 1970 00:00:00 GMT");
});

test("the first name without a value is found", () => {
  assert.equal(nameWithout(VALUES, ["{path} {host}", "no names"]), undefined);
  assert.equal(nameWithout(VALUES, ["{path} {nothing}"]), "nothing");
});

test("names are filled in wherever a step says something", () => {
  assert.equal(filled("{path}{path}", VALUES), "/a.txt/a.txt");
  assert.equal(filledStep("GET {path}", VALUES), "GET /a.txt");
  assert.deepEqual(filledStep({ drip: "{path}" }, VALUES), { drip: "/a.txt" });
  assert.deepEqual(filledStep({ flood: "{path}", bytes: 9 }, VALUES), {
    flood: "/a.txt",
    bytes: 9,
  });
  assert.deepEqual(filledStep({ silentMs: 3 }, VALUES), { silentMs: 3 });
  assert.deepEqual(["a", { drip: "b" }, { flood: "c", bytes: 1 }, { silentMs: 1 }].map(textOf), [
    "a",
    "b",
    "c",
    "",
  ]);
});
