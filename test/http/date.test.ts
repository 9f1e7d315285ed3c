import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDate, parseDate } from "../../src/http/date.ts";
import { randomFrom } from "../support/random.ts";

const NOW = Date.UTC(2026, 10, 20);

test("times are written in one form", () => {
  assert.equal(formatDate(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
  assert.equal(formatDate(784_111_777_999.9), "Sun, 06 Nov 1994 08:49:37 GMT");
  assert.equal(formatDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  assert.equal(formatDate(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
  assert.equal(formatDate(-2_147_483_648_000), "Fri, 13 Dec 1901 20:45:52 GMT");
});

test("times that four digits cannot say become the nearest that they can", () => {
  assert.equal(formatDate(8.64e15), "Fri, 31 Dec 9999 23:59:59 GMT");
  assert.equal(formatDate(Number.POSITIVE_INFINITY), "Fri, 31 Dec 9999 23:59:59 GMT");
  assert.equal(formatDate(-8.64e15), "Sat, 01 Jan 0000 00:00:00 GMT");
});

for (const text of [
  "Sun, 06 Nov 1994 08:49:37 GMT",
  "Sunday, 06-Nov-94 08:49:37 GMT",
  "Sun Nov  6 08:49:37 1994",
  "Mon, 06 Nov 1994 08:49:37 GMT", // no Monday: the name adds nothing
]) {
  test(`"${text}" is understood`, () => {
    assert.equal(parseDate(text, NOW), 784_111_777_000);
  });
}

for (const [text, iso] of [
  ["Thu, 29 Feb 2024 00:00:00 GMT", "2024-02-29T00:00:00.000Z"],
  ["Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00.000Z"], // a leap second
  ["Wed Nov 16 08:49:37 1994", "1994-11-16T08:49:37.000Z"],
  ["Fri, 01 Jan 0050 00:00:00 GMT", "0050-01-01T00:00:00.000Z"],
  ["Fri, 31 Dec 9999 23:59:59 GMT", "9999-12-31T23:59:59.000Z"],
] as const) {
  test(`"${text}" is ${iso}`, () => {
    assert.equal(new Date(parseDate(text, NOW) ?? Number.NaN).toISOString(), iso);
  });
}

// Now is 20 November 2026.
for (const [text, iso] of [
  ["Friday, 20-Nov-26 00:00:00 GMT", "2026-11-20T00:00:00.000Z"],
  ["Sunday, 01-Jan-50 00:00:00 GMT", "2050-01-01T00:00:00.000Z"],
  ["Friday, 20-Nov-76 00:00:00 GMT", "2076-11-20T00:00:00.000Z"], // 50 years, not more
  ["Friday, 20-Nov-76 00:00:01 GMT", "1976-11-20T00:00:01.000Z"],
  ["Friday, 31-Dec-99 23:59:59 GMT", "1999-12-31T23:59:59.000Z"],
  ["Saturday, 01-Jan-00 00:00:00 GMT", "2000-01-01T00:00:00.000Z"],
] as const) {
  test(`"${text}" is ${iso}, by the fifty-year rule`, () => {
    assert.equal(new Date(parseDate(text, NOW) ?? Number.NaN).toISOString(), iso);
  });
}

test("near the end of a century two digits may mean the next one", () => {
  const now = Date.UTC(2099, 0, 1);
  assert.equal(parseDate("Friday, 01-Jan-49 00:00:00 GMT", now), Date.UTC(2149, 0, 1));
  assert.equal(parseDate("Friday, 01-Jan-50 00:00:00 GMT", now), Date.UTC(2050, 0, 1));
});

test("29 February of a year without one is looked for a century earlier", () => {
  const text = "Monday, 29-Feb-00 00:00:00 GMT"; // 2100 is no leap year
  assert.equal(parseDate(text, Date.UTC(2060, 0, 1)), Date.UTC(2000, 1, 29));
});

for (const text of [
  "",
  "garbage",
  "0",
  "1994",
  "784111777",
  "1994-11-06T08:49:37Z",
  "Sun, 6 Nov 1994 08:49:37 GMT",
  "Sun, 06 Nov 94 08:49:37 GMT",
  "Sun, 06 Nov 1994 08:49 GMT",
  "Sun, 06 Nov 1994 08:49:37",
  "Sun, 06 Nov 1994 08:49:37 UTC",
  "Sun, 06 Nov 1994 08:49:37 +0000",
  "Sun, 06 Nov 1994 08:49:37 gmt",
  "sun, 06 nov 1994 08:49:37 GMT",
  "Sun, 06 November 1994 08:49:37 GMT",
  "Sun,  06 Nov 1994 08:49:37 GMT",
  " Sun, 06 Nov 1994 08:49:37 GMT",
  "Sun, 06 Nov 1994 08:49:37 GMT ",
  "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
  "Xyz, 06 Nov 1994 08:49:37 GMT",
  "Sun, 00 Nov 1994 08:49:37 GMT",
  "Sun, 31 Nov 1994 08:49:37 GMT",
  "Sun, 32 Nov 1994 08:49:37 GMT",
  "Wed, 29 Feb 2023 00:00:00 GMT",
  "Sun, 06 Nov 1994 24:00:00 GMT",
  "Sun, 06 Nov 1994 08:60:00 GMT",
  "Sun, 06 Nov 1994 08:49:61 GMT",
  "Sun, 06 Nov 19940 08:49:37 GMT",
  "Sun, -6 Nov 1994 08:49:37 GMT",
  "Sunday, 06-Nov-1994 08:49:37 GMT",
  "Sunday, 6-Nov-94 08:49:37 GMT",
  "Sun, 06-Nov-94 08:49:37 GMT",
  "Sun Nov 6 08:49:37 1994",
  "Sun Nov 06 08:49:37 1994 GMT",
  "Sun Nov   08:49:37 1994",
  `${"Mon, ".repeat(2000)}`,
  `Sun, 06 Nov 1994 08:49:37 GMT${"\0".repeat(3)}`,
]) {
  test(`"${text.slice(0, 60)}" is no date`, () => {
    assert.equal(parseDate(text, NOW), undefined);
  });
}

test("what is written is read again, in all three forms", () => {
  const random = randomFrom(850);
  for (let round = 0; round < 5000; round++) {
    const ms = (random.below(4_000_000_000) - 1_000_000_000) * 1000;
    const fixed = formatDate(ms);
    assert.equal(parseDate(fixed, NOW), ms, fixed);
    const [, day = "", month = "", year = "", time = ""] = fixed.split(" ");
    const asctime = `Sun ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
    assert.equal(parseDate(asctime, NOW), ms, asctime);
    const rfc850 = `Monday, ${day}-${month}-${year.slice(2)} ${time} GMT`;
    // Within fifty years of now, two digits say it all.
    if (ms > Date.UTC(1976, 10, 20) && ms < Date.UTC(2076, 10, 20)) {
      assert.equal(parseDate(rfc850, NOW), ms, rfc850);
    }
  }
});
