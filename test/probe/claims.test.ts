import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Claim,
  date,
  delimited,
  empty,
  has,
  keeps,
  lacks,
  now,
  nth,
  past,
  same,
  sameIfSaid,
  version,
  when,
  whole,
  without,
} from "../../src/probe/claims.ts";
import type { Answer } from "../../src/probe/response-reader.ts";
import { answerOf, CONTENT, FACTS } from "./facts-example.ts";

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 6);

function about(answer: Answer, claim: Claim): string | undefined {
  return claim({ answer, answers: [answer], facts: FACTS, nowMs: NOW_MS });
}

for (const [what, claim, right, wrong, complaint] of [
  ["has", has("allow"), { allow: "GET" }, {}, "no allow"],
  ["has, matching", has("allow", /GET/), { allow: "GET" }, { allow: "PUT" }, "allow: PUT"],
  ["lacks", lacks("etag"), {}, { etag: '"a"' }, 'etag: "a"'],
  ["same", same("etag"), { etag: '"v1"' }, { etag: '"v2"' }, 'etag: "v2" instead of "v1"'],
  ["same, said", same("etag"), { etag: '"v1"' }, {}, 'etag: none instead of "v1"'],
  ["same, not said", same("server"), {}, { server: "x" }, "server: x instead of none"],
  ["sameIfSaid", sameIfSaid("etag"), {}, { etag: '"v2"' }, 'etag: "v2" instead of "v1"'],
  ["keeps", keeps("vary"), { vary: "*" }, {}, "no vary, which the 200 had"],
  ["keeps what was not there", keeps("expires"), {}, undefined, ""],
  [
    "date",
    date("date"),
    { date: "Fri, 02 Jan 2026 03:04:05 GMT" },
    { date: "Friday, 02-Jan-26 03:04:05 GMT" },
    "date: Friday, 02-Jan-26 03:04:05 GMT",
  ],
  [
    "date that exists",
    date("date"),
    { date: "Fri, 02 Jan 2026 03:04:05 GMT" },
    { date: "Fri, 31 Feb 2026 03:04:05 GMT" },
    "date: Fri, 31 Feb 2026 03:04:05 GMT",
  ],
  ["date that is there", date("date"), { date: "Fri, 02 Jan 2026 03:04:05 GMT" }, {}, "no date"],
  [
    "now",
    now,
    { date: "Fri, 02 Jan 2026 03:04:05 GMT" },
    { date: "Fri, 02 Jan 2026 02:04:05 GMT" },
    "Date: Fri, 02 Jan 2026 02:04:05 GMT is far from now",
  ],
  [
    "past",
    past,
    {
      date: "Fri, 02 Jan 2026 03:04:05 GMT",
      "last-modified": "Fri, 02 Jan 2026 03:04:05 GMT",
    },
    {
      date: "Fri, 02 Jan 2026 03:04:05 GMT",
      "last-modified": "Fri, 02 Jan 2026 03:04:06 GMT",
    },
    "Last-Modified Fri, 02 Jan 2026 03:04:06 GMT is after Fri, 02 Jan 2026 03:04:05 GMT",
  ],
] as const) {
  test(`${what}: right is right, and wrong is named`, () => {
    assert.equal(about(answerOf(200, right), claim), undefined);
    if (wrong !== undefined) assert.equal(about(answerOf(200, wrong), claim), complaint);
  });
}

test("whole and empty look at the body", () => {
  assert.equal(about(answerOf(200, {}, CONTENT), whole), undefined);
  assert.equal(
    about(answerOf(200, {}, "other"), whole),
    "a body of 5 bytes that is not the content of 20",
  );
  assert.equal(about(answerOf(304), empty), undefined);
  assert.equal(about(answerOf(304, {}, "x"), empty), "a body of 1 bytes");
});

test("without looks for what must not be in the body", () => {
  const claim = without("a secret", /s3cret/);
  assert.equal(about(answerOf(200, {}, "nothing"), claim), undefined);
  assert.equal(about(answerOf(200, {}, "a s3cret"), claim), "a secret in the body");
});

test("when asks only of some statuses", () => {
  const claim = when("405", has("allow"));
  assert.equal(about(answerOf(404), claim), undefined);
  assert.equal(about(answerOf(405), claim), "no allow");
});

test("nth asks of another answer, if it came", () => {
  const answers = [answerOf(200), answerOf(405)];
  const [answer = answerOf(500)] = answers;
  const witness = { answer, answers, facts: FACTS, nowMs: NOW_MS };
  assert.equal(nth(1, has("allow"))(witness), "no allow");
  assert.equal(nth(2, has("allow"))(witness), undefined);
});

test("delimited and version look at the form", () => {
  const answer = answerOf(200);
  assert.equal(about(answer, delimited), undefined);
  assert.equal(
    about({ ...answer, framing: "close" }, delimited),
    "a body that only the end of the connection ends",
  );
  assert.equal(about(answer, version("1.1")), undefined);
  assert.equal(about({ ...answer, version: "1.0" }, version("1.1")), "HTTP/1.0");
});
