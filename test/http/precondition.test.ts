import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { formatDate } from "../../src/http/date.ts";
import { type Field, fieldsOf } from "../../src/http/fields.ts";
import {
  evaluatePrecondition,
  type Precondition,
  rangeApplies,
  type Validators,
} from "../../src/http/precondition.ts";
import { randomFrom } from "../support/random.ts";

const NOW = Date.UTC(2026, 10, 20);
const MODIFIED = "Tue, 02 Jan 2024 03:04:05 GMT";
const BEFORE = "Tue, 02 Jan 2024 03:04:04 GMT";
const AFTER = "Tue, 02 Jan 2024 03:04:06 GMT";
const LONG_AGO = "Mon, 01 Jan 2001 00:00:00 GMT";
/** The file's own time has a fraction, which the field does not show. */
const STRONG: Validators = { etag: '"now"', lastModifiedMs: Date.UTC(2024, 0, 2, 3, 4, 5, 678) };
const WEAK: Validators = { ...STRONG, etag: 'W/"now"' };
const NAMELESS: Validators = { etag: undefined, lastModifiedMs: undefined };

interface Case {
  readonly method?: string;
  readonly fields: readonly Field[];
  readonly validators?: Validators;
  readonly is: Precondition;
}

function outcome({ method = "GET", fields, validators = STRONG }: Omit<Case, "is">): Precondition {
  return evaluatePrecondition({ method, fields: fieldsOf(fields), validators, nowMs: NOW });
}

const CASES: Readonly<Record<string, Case>> = {
  "no condition at all": { fields: [], is: "proceed" },

  "If-None-Match names our state": { fields: [["If-None-Match", '"now"']], is: "not-modified" },
  "If-None-Match names another": { fields: [["If-None-Match", '"old"']], is: "proceed" },
  "If-None-Match holds our tag inside another": {
    fields: [["If-None-Match", '"xnowx"']],
    is: "proceed",
  },
  "If-None-Match is compared weakly": {
    fields: [["If-None-Match", 'W/"now"']],
    is: "not-modified",
  },
  "If-None-Match names our weak state strongly": {
    fields: [["If-None-Match", '"now"']],
    validators: WEAK,
    is: "not-modified",
  },
  "If-None-Match is a list with holes": {
    fields: [["If-None-Match", ', ,"a",, "now"']],
    is: "not-modified",
  },
  "If-None-Match on two lines": {
    fields: [
      ["If-None-Match", '"a"'],
      ["If-None-Match", '"now"'],
    ],
    is: "not-modified",
  },
  "If-None-Match: *": { fields: [["If-None-Match", "*"]], is: "not-modified" },
  "If-None-Match: * for something without a tag": {
    fields: [["If-None-Match", "*"]],
    validators: NAMELESS,
    is: "not-modified",
  },
  "If-None-Match with a tag for something without one": {
    fields: [["If-None-Match", '"now"']],
    validators: NAMELESS,
    is: "proceed",
  },
  "If-None-Match unquoted is unreadable, and the whole is never wrong": {
    fields: [["If-None-Match", "now"]],
    is: "proceed",
  },
  "HEAD is like GET": {
    method: "HEAD",
    fields: [["If-None-Match", '"now"']],
    is: "not-modified",
  },
  "a change may not replace our state": {
    method: "PUT",
    fields: [["If-None-Match", '"now"']],
    is: "failed",
  },
  "a change only where nothing is": {
    method: "PUT",
    fields: [["If-None-Match", "*"]],
    is: "failed",
  },
  "a change with an unreadable If-None-Match is held back": {
    method: "PUT",
    fields: [["If-None-Match", "now"]],
    is: "failed",
  },
  "a change of another state than the one named": {
    method: "DELETE",
    fields: [["If-None-Match", '"old"']],
    is: "proceed",
  },

  "If-Modified-Since the very second": {
    fields: [["If-Modified-Since", MODIFIED]],
    is: "not-modified",
  },
  "If-Modified-Since a second later": {
    fields: [["If-Modified-Since", AFTER]],
    is: "not-modified",
  },
  "If-Modified-Since a second earlier": { fields: [["If-Modified-Since", BEFORE]], is: "proceed" },
  "If-Modified-Since in the obsolete forms": {
    fields: [["If-Modified-Since", "Tuesday, 02-Jan-24 03:04:05 GMT"]],
    is: "not-modified",
  },
  "If-Modified-Since in the form of C": {
    fields: [["If-Modified-Since", "Tue Jan  2 03:04:05 2024"]],
    is: "not-modified",
  },
  "If-Modified-Since empty": { fields: [["If-Modified-Since", ""]], is: "proceed" },
  "If-Modified-Since no HTTP date": {
    fields: [["If-Modified-Since", "2038-01-01T00:00:00Z"]],
    is: "proceed",
  },
  "If-Modified-Since twice": {
    fields: [
      ["If-Modified-Since", MODIFIED],
      ["If-Modified-Since", MODIFIED],
    ],
    is: "proceed",
  },
  "If-Modified-Since for something without a date": {
    fields: [["If-Modified-Since", MODIFIED]],
    validators: NAMELESS,
    is: "proceed",
  },
  "If-Modified-Since is for GET and HEAD only": {
    method: "POST",
    fields: [["If-Modified-Since", MODIFIED]],
    is: "proceed",
  },
  "If-None-Match overrules If-Modified-Since when it differs": {
    fields: [
      ["If-None-Match", '"old"'],
      ["If-Modified-Since", MODIFIED],
    ],
    is: "proceed",
  },
  "If-None-Match overrules If-Modified-Since when it is the same": {
    fields: [
      ["If-None-Match", '"now"'],
      ["If-Modified-Since", LONG_AGO],
    ],
    is: "not-modified",
  },
  "an unreadable If-None-Match still overrules If-Modified-Since": {
    fields: [
      ["If-None-Match", "now"],
      ["If-Modified-Since", MODIFIED],
    ],
    is: "proceed",
  },

  "If-Match names our state": { fields: [["If-Match", '"old", "now"']], is: "proceed" },
  "If-Match names another": { fields: [["If-Match", '"old"']], is: "failed" },
  "If-Match is compared strongly": { fields: [["If-Match", 'W/"now"']], is: "failed" },
  "If-Match and our weak tag": {
    fields: [["If-Match", '"now"']],
    validators: WEAK,
    is: "failed",
  },
  "If-Match: *": { fields: [["If-Match", "*"]], is: "proceed" },
  "If-Match unreadable": { fields: [["If-Match", "now"]], is: "failed" },
  "If-Match empty": { fields: [["If-Match", ""]], is: "failed" },

  "If-Unmodified-Since the very second": {
    fields: [["If-Unmodified-Since", MODIFIED]],
    is: "proceed",
  },
  "If-Unmodified-Since earlier": { fields: [["If-Unmodified-Since", BEFORE]], is: "failed" },
  "If-Unmodified-Since is for changes too": {
    method: "PUT",
    fields: [["If-Unmodified-Since", LONG_AGO]],
    is: "failed",
  },
  "If-Unmodified-Since no date": { fields: [["If-Unmodified-Since", "garbage"]], is: "proceed" },
  "If-Unmodified-Since for something without a date": {
    fields: [["If-Unmodified-Since", LONG_AGO]],
    validators: NAMELESS,
    is: "proceed",
  },
  "If-Match overrules If-Unmodified-Since": {
    fields: [
      ["If-Match", "*"],
      ["If-Unmodified-Since", LONG_AGO],
    ],
    is: "proceed",
  },
  "If-Match holds, then If-None-Match is asked": {
    fields: [
      ["If-Match", '"now"'],
      ["If-None-Match", '"now"'],
    ],
    is: "not-modified",
  },
  "If-Match fails before If-None-Match is asked": {
    fields: [
      ["If-Match", '"old"'],
      ["If-None-Match", '"now"'],
    ],
    is: "failed",
  },
  "If-Unmodified-Since holds, then If-Modified-Since is asked": {
    fields: [
      ["If-Unmodified-Since", MODIFIED],
      ["If-Modified-Since", MODIFIED],
    ],
    is: "not-modified",
  },
  "OPTIONS selects nothing and asks nothing": {
    method: "OPTIONS",
    fields: [
      ["If-Match", '"old"'],
      ["If-None-Match", "*"],
    ],
    is: "proceed",
  },
};

for (const [claim, { is, ...given }] of Object.entries(CASES)) {
  test(`${claim}: ${is}`, () => {
    assert.equal(outcome(given), is);
  });
}

for (const [name, value, is] of [
  ["If-Match", "*", "failed"],
  ["If-Match", '"now"', "failed"],
  ["If-None-Match", "*", "proceed"],
  ["If-None-Match", '"now"', "proceed"],
  ["If-Unmodified-Since", LONG_AGO, "proceed"],
] as const) {
  test(`where nothing is yet, ${name}: ${value} means ${is}`, () => {
    const fields = fieldsOf([[name, value]]);
    const conditional = { method: "PUT", fields, validators: undefined, nowMs: NOW };
    assert.equal(evaluatePrecondition(conditional), is);
  });
}

for (const [ifRange, validators, applies] of [
  [undefined, STRONG, true],
  ['"now"', STRONG, true],
  ['"old"', STRONG, false],
  ['W/"now"', STRONG, false],
  ['"now"', WEAK, false],
  ['W/"now"', WEAK, false],
  ['"a", "now"', STRONG, false],
  ["*", STRONG, false],
  ["now", STRONG, false],
  ["", STRONG, false],
  ['"now"', NAMELESS, false],
  [MODIFIED, STRONG, true],
  [AFTER, STRONG, false], // equal, not later
  [BEFORE, STRONG, false],
  ["Fri, 01 Jan 2038 00:00:00 GMT", STRONG, false],
  [MODIFIED, NAMELESS, false],
] as const) {
  const etag = validators.etag ?? "no tag";
  test(`If-Range ${ifRange ?? "absent"} with ${etag}: ${applies ? "the part" : "the whole"}`, () => {
    const fields = fieldsOf(ifRange === undefined ? [] : [["If-Range", ifRange]]);
    assert.equal(rangeApplies({ fields, validators, nowMs: NOW }), applies);
  });
}

test("a date is no strong validator before its second is over", () => {
  const fields = fieldsOf([["If-Range", MODIFIED]]);
  const second = Date.UTC(2024, 0, 2, 3, 4, 5);
  assert.equal(rangeApplies({ fields, validators: STRONG, nowMs: second + 999 }), false);
  assert.equal(rangeApplies({ fields, validators: STRONG, nowMs: second + 1000 }), true);
});

const fresh: (
  request: Readonly<Record<string, string>>,
  response: Readonly<Record<string, string>>,
) => boolean = createRequire(import.meta.url)("fresh");

test("GET is answered as the package fresh says", () => {
  const random = randomFrom(13);
  const noneMatch = [
    "",
    '"now"',
    'W/"now"',
    '"a"',
    "*",
    '"a", "now"',
    ',"now"',
    'W/"a", W/"now"',
  ] as const;
  const since = ["", MODIFIED, BEFORE, AFTER, LONG_AGO, "garbage"] as const;
  for (let round = 0; round < 2000; round++) {
    const asked: Record<string, string> = {};
    const tags = random.pick(noneMatch);
    const date = random.pick(since);
    if (tags !== "") asked["if-none-match"] = tags;
    if (date !== "") asked["if-modified-since"] = date;
    const validators = random.pick([STRONG, WEAK]);
    const modified = formatDate(validators.lastModifiedMs ?? Number.NaN);
    const isFresh = fresh(asked, { etag: validators.etag ?? "", "last-modified": modified });
    const is = outcome({ fields: Object.entries(asked), validators });
    assert.equal(is, isFresh ? "not-modified" : "proceed", JSON.stringify([asked, validators]));
  }
});

// Left out above, since fresh differs: a tag without quotes ("now" as it stands) matches an ETag
// without quotes, though neither is an entity tag (RFC 9110, 8.8.3); dates are read by
// Date.parse(), so that "2038" is one (5.6.7 knows three forms); and `Cache-Control: no-cache`
// makes it forget the conditions, which only caches would do (RFC 9111, 5.2.1.4).
test("what fresh reads more loosely is read by the RFC", () => {
  assert.equal(fresh({ "if-modified-since": "2038" }, { "last-modified": MODIFIED }), true);
  assert.equal(outcome({ fields: [["If-Modified-Since", "2038"]] }), "proceed");
  const asked = { "if-none-match": '"now"', "cache-control": "no-cache" };
  assert.equal(fresh(asked, { etag: '"now"' }), false);
  assert.equal(outcome({ fields: Object.entries(asked) }), "not-modified");
});
