// If-None-Match and If-Modified-Since, over the wire, as the package fresh reads them: 304 or 200.
// Conditions that fresh does not know (If-Match, If-Unmodified-Since) are among the peers' cases.

import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Field } from "../../src/http/fields.ts";
import { startProgram } from "../support/program.ts";
import { type Random, randomFrom } from "../support/random.ts";
import { conversationWith } from "./conversation.ts";
import { comparison, type Rule } from "./rules.ts";

const ROUNDS = 900;
const MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";

// fresh reads dates without a zone as local time; at Greenwich that would not show.
process.env.TZ = "Asia/Tokyo";

const fresh: (
  request: Readonly<Record<string, string>>,
  response: Readonly<Record<string, string>>,
) => boolean = createRequire(import.meta.url)("fresh");

interface Asked {
  readonly method: "GET" | "HEAD";
  /** Elements of If-None-Match, one list for each line; none: no such field. */
  readonly noneMatch: readonly (readonly string[])[];
  readonly separator: string;
  readonly since: string | undefined;
  readonly cacheControl: string | undefined;
}

const DATES = [
  MODIFIED,
  MODIFIED,
  "Sun, 06 Nov 1994 08:49:36 GMT",
  "Sun, 06 Nov 1994 08:49:38 GMT",
  "Fri, 01 Jan 2038 00:00:00 GMT",
  "Mon, 06 Nov 1994 08:49:37 GMT", // it was a Sunday
] as const;

/** Obsolete forms, which all must read (RFC 9110, 5.6.7), and what they say. */
const OLD_DATES = new Map([
  ["Sunday, 06-Nov-94 08:49:37 GMT", MODIFIED],
  ["Sunday, 06-Nov-94 08:49:36 GMT", "Sun, 06 Nov 1994 08:49:36 GMT"],
  ["Sun Nov  6 08:49:37 1994", MODIFIED],
  ["Sun Nov  6 08:49:36 1994", "Sun, 06 Nov 1994 08:49:36 GMT"],
]);

const LEAP_SECOND = "Sun, 06 Nov 1994 08:49:60 GMT";

/** Dates to Date.parse(), none to HTTP. */
const LOOSE_DATES = [
  "1994-11-06T08:49:37Z",
  "2038",
  "6 Nov 2030 08:49:37 GMT",
  "Sun, 06 Nov 2030 08:49:37",
  "Sun, 06 Nov 2030 08:49:37 +0000",
  "sun, 06 nov 2030 08:49:37 gmt",
  "Sun, 6 Nov 2030 08:49:37 GMT",
  "Sun, 31 Feb 2038 08:49:37 GMT",
  "tomorrow",
] as const;

/** ETAG stands for the file's own, OPAQUE for what is between its quotes. */
const TAGS = ["ETAG", "ETAG", "W/ETAG", '"other"', '"a,b"', '"OPAQUE-br"', '""', ""] as const;
const NO_TAGS = ["OPAQUE", "'OPAQUE'", "w/ETAG", '"OPAQUE', '"a b"', "W/", "ETAG ETAG"] as const;

function withoutDate(asked: Asked, isDropped: (date: string) => boolean): Asked {
  const { since } = asked;
  return since !== undefined && isDropped(since) ? { ...asked, since: undefined } : asked;
}

const MATCHES_NOTHING: Pick<Asked, "noneMatch" | "separator"> = {
  noneMatch: [['"matches-nothing"']],
  separator: ", ",
};

const RULES: readonly Rule<Asked>[] = [
  {
    why: "RFC 9111, 5.2.1.4: no-cache in a request speaks to caches, not to origin servers",
    read: (asked) =>
      asked.cacheControl === undefined ? asked : { ...asked, cacheControl: undefined },
  },
  {
    why: "RFC 9110, 8.8.3: a list with an element that is no entity tag matches nothing",
    read: (asked) =>
      asked.noneMatch.flat().some((element) => NO_TAGS.some((name) => name === element))
        ? { ...asked, ...MATCHES_NOTHING }
        : asked,
  },
  {
    why: "RFC 9110, 13.1.2: * stands alone; in a list it is no entity tag",
    read: (asked) => {
      const all = asked.noneMatch.flat();
      return all.includes("*") && all.length > 1 ? { ...asked, ...MATCHES_NOTHING } : asked;
    },
  },
  {
    why: "RFC 9110, 5.6.3: a tab is whitespace too",
    read: (asked) => (asked.separator.includes("\t") ? { ...asked, separator: ", " } : asked),
  },
  {
    why: "RFC 9110, 13.1.3: If-None-Match, even an empty one, switches If-Modified-Since off",
    read: (asked) => {
      const isEmpty = asked.noneMatch.length === 1 && asked.noneMatch.flat().join("") === "";
      return isEmpty ? { ...asked, ...MATCHES_NOTHING } : asked;
    },
  },
  {
    why: "RFC 9110, 5.6.7: what is none of the three forms is no date; 13.1.3: it is ignored",
    read: (asked) => withoutDate(asked, (date) => LOOSE_DATES.some((loose) => loose === date)),
  },
  {
    why: "RFC 9110, 5.6.7: obsolete forms are in GMT as well",
    read: (asked) => {
      const since = asked.since === undefined ? undefined : OLD_DATES.get(asked.since);
      return since === undefined ? asked : { ...asked, since };
    },
  },
  {
    why: "RFC 9110, 5.6.7: a minute may have a sixty-first second",
    read: (asked) =>
      asked.since === LEAP_SECOND ? { ...asked, since: "Sun, 06 Nov 1994 08:50:00 GMT" } : asked,
  },
];

function question(random: Random): Asked {
  const tag = () =>
    random.below(14) === 0 ? random.pick([...NO_TAGS, "*"] as const) : random.pick(TAGS);
  const list = () => Array.from({ length: 1 + random.below(3) }, tag);
  const lines = random.pick([[], [list()], [list()], [["*"]], [list(), list()], [[""]]]);
  const date = random.below(3);
  return {
    method: random.pick(["GET", "GET", "HEAD"]),
    noneMatch: lines,
    separator: random.pick([", ", ",", " , ", ",\t"]),
    since:
      date === 0
        ? undefined
        : date === 1
          ? random.pick(DATES)
          : random.pick([...LOOSE_DATES, LEAP_SECOND, ...OLD_DATES.keys()]),
    cacheControl: random.pick([undefined, undefined, undefined, "no-cache", "max-age=0"]),
  };
}

/** The field lines, with the real tag in place of its names. */
function linesOf(asked: Asked, etag: string): readonly Field[] {
  const lines: Field[] = asked.noneMatch.map((list) => [
    "If-None-Match",
    list.join(asked.separator).replaceAll("ETAG", etag).replaceAll("OPAQUE", etag.slice(1, -1)),
  ]);
  if (asked.since !== undefined) lines.push(["If-Modified-Since", asked.since]);
  if (asked.cacheControl !== undefined) lines.push(["Cache-Control", asked.cacheControl]);
  return lines;
}

/** As node:http would hand the same lines to fresh. */
function headersOf(lines: readonly Field[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
  }
  return headers;
}

test(`${ROUNDS} conditional requests are answered as fresh says`, async () => {
  const program = await startProgram({ after }, { files: { "www/a.txt": "0123456789" } });
  const modified = new Date(MODIFIED);
  utimesSync(join(program.folder, "www/a.txt"), modified, modified);
  const conversation = conversationWith(program);
  after(async () => conversation.end());
  const plain = await conversation.ask({ path: "/a.txt" });
  assert.equal(plain.fields.get("last-modified"), MODIFIED);
  const etag = plain.fields.get("etag") ?? "";
  assert.match(etag, /^"[^" ]+"$/);

  const isFresh = (asked: Asked) =>
    fresh(headersOf(linesOf(asked, etag)), { etag, "last-modified": MODIFIED });
  const { expected, assertRulesMattered } = comparison(isFresh, RULES);
  const random = randomFrom(13);
  const seen = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const asked = question(random);
    const fields = linesOf(asked, etag);
    const answer = await conversation.ask({ method: asked.method, path: "/a.txt", fields });
    const shown = `round ${round}: ${JSON.stringify(fields)}`;
    assert.equal(answer.status, expected(asked) ? 304 : 200, shown);
    assert.equal(answer.fields.get("etag"), etag, shown);
    const isWhole = answer.status === 200 && asked.method === "GET";
    assert.equal(answer.body.toString(), isWhole ? "0123456789" : "", shown);
    seen.add(answer.status);
  }
  assert.deepEqual([...seen].sort(), [200, 304]);
  assertRulesMattered();
  assert.equal(conversation.connections, 1, "one connection carries them all");
});
