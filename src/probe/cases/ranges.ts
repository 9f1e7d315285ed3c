// Parts of a content. RFC 9110, section 14. Range may always be ignored, so the whole passes
// everywhere; but a part must be the part that was asked for.

import type { Case, Group } from "../case.ts";
import { has, keeps, lacks, same, when, whole } from "../claims.ts";
import { atMostTimes, part, parts } from "../claims-range.ts";
import { get, request } from "./words.ts";

const NEEDS = ["ranges", "stable"] as const;

function ranged(range: string, ...fields: string[]): string[] {
  return [get(`Range: ${range}`, ...fields)];
}

const ONE = (
  [
    ["first-byte", "the first byte", "bytes=0-0", 0, 0],
    ["first-five", "the first five bytes", "bytes=0-4", 0, 4],
    ["middle", "bytes from the middle", "bytes=3-7", 3, 7],
    ["from", "everything from the fourth byte on", "bytes=3-", 3, -1],
    ["all", "everything", "bytes=0-", 0, -1],
    ["last-byte", "the last byte", "bytes=-1", -1, -1],
    ["last-five", "the last five bytes", "bytes=-5", -5, -1],
    ["last-position", "the byte at the last position", "bytes={last}-{last}", -1, -1],
    ["clamped", "a part that would run past the end", "bytes=5-999999999", 5, -1],
    ["suffix-long", "more last bytes than there are", "bytes=-999999999", 0, -1],
    [
      "number-huge",
      "a part whose end is beyond all numbers",
      "bytes=0-99999999999999999999999",
      0,
      -1,
    ],
    ["unit-case", "bytes, with the unit in upper case", "BYTES=0-4", 0, 4],
    ["zeros", "positions with zeros in front", "bytes=000-004", 0, 4],
  ] as const
).map(
  ([id, what, range, first, last]): Case => ({
    id,
    level: "must",
    section: "RFC 9110, 14.1.2 and 15.3.7",
    rule: `Asked for ${what}, it gives what there is of just that, or the whole.`,
    send: ranged(range),
    expect: { answers: ["200 206"], connection: "as said", claims: [part(first, last)] },
    needs: NEEDS,
  }),
);

const INVALID = (
  [
    ["backwards", "bytes=5-2"],
    ["letters", "bytes=a-b"],
    ["nothing", "bytes="],
    ["dash", "bytes=-"],
    ["two-dashes", "bytes=--5"],
    ["no-equals", "bytes 0-4"],
    ["signed", "bytes=+0-4"],
    ["hexadecimal", "bytes=0x0-0x4"],
    ["fraction", "bytes=0-4.5"],
  ] as const
).map(
  ([id, range]): Case => ({
    id: `invalid-${id}`,
    level: "must",
    section: "RFC 9110, 14.1.1 and 14.2",
    rule: `"${range}" is no range: it is ignored or rejected.`,
    send: ranged(range),
    expect: { answers: ["200 400 416"], claims: [when("200", whole)] },
    needs: NEEDS,
  }),
);

const UNSATISFIABLE = (
  [
    ["at-end", "A part that begins at the end", "bytes={size}-"],
    ["behind-end", "A part that begins far behind it", "bytes=99999999999999999999-"],
    ["suffix-zero", "The last zero bytes", "bytes=-0"],
  ] as const
).map(
  ([id, what, range]): Case => ({
    id: `unsatisfiable-${id}`,
    level: "must",
    section: "RFC 9110, 14.1.2 and 15.5.17",
    rule: `${what} cannot be had: 416, or the whole.`,
    send: ranged(range),
    expect: { answers: ["200 416"], claims: [when("200", whole)] },
    needs: NEEDS,
  }),
);

const IF_RANGE = (
  [
    ["tag", "The present tag", "{strong-etag}"],
    ["date", "The date of change", "{last-modified}"],
  ] as const
).map(
  ([id, what, value]): Case => ({
    id: `if-range-${id}`,
    level: "must",
    section: "RFC 9110, 13.1.5",
    rule: `${what} in If-Range: the part, or the whole.`,
    send: ranged("bytes=0-4", `If-Range: ${value}`),
    expect: { answers: ["200 206"], claims: [part(0, 4)] },
    needs: NEEDS,
  }),
);

const IF_RANGE_OTHER = (
  [
    ["other-tag", "Another tag", '"probe-1"'],
    ["weak-tag", "A weak tag", 'W/"{opaque}"'],
    ["earlier-date", "An earlier date", "{before}"],
  ] as const
).map(
  ([id, what, value]): Case => ({
    id: `if-range-${id}`,
    level: "must",
    section: "RFC 9110, 13.1.5",
    rule: `${what} in If-Range means the whole: the client has something else.`,
    send: ranged("bytes=0-4", `If-Range: ${value}`),
    expect: { answers: ["200"], claims: [whole] },
    needs: NEEDS,
  }),
);

const SEVERAL: readonly Case[] = [
  {
    id: "two",
    level: "must",
    section: "RFC 9110, 14.6 and 15.3.7.2",
    rule: "Two parts come as multipart, each with its Content-Range, or the whole does.",
    send: ranged("bytes=0-1,5-6"),
    expect: { answers: ["200 206"], connection: "as said", claims: [parts([0, 1], [5, 6])] },
    needs: NEEDS,
  },
  {
    id: "two-with-blanks",
    level: "must",
    section: "RFC 9110, 5.6.1 and 14.2",
    rule: "Spaces and empty elements in the list change nothing.",
    send: ranged("bytes=0-1 , ,\t-2"),
    expect: { answers: ["200 206"], claims: [parts([0, 1], [-2, -1])] },
    needs: NEEDS,
  },
  {
    id: "two-backwards",
    level: "must",
    section: "RFC 9110, 15.3.7.2",
    rule: "Parts may be asked for in any order.",
    send: ranged("bytes=7-8,0-1"),
    expect: { answers: ["200 206 416"], claims: [parts([7, 8], [0, 1])] },
    needs: NEEDS,
  },
  {
    id: "two-overlapping",
    level: "must",
    section: "RFC 9110, 14.2",
    rule: "Parts that overlap are joined, sent as they are, ignored or rejected; never confused.",
    send: ranged("bytes=0-5,3-8"),
    expect: { answers: ["200 206 416"], claims: [parts([0, 5], [3, 8])] },
    needs: NEEDS,
  },
  {
    id: "two-one-unsatisfiable",
    level: "must",
    section: "RFC 9110, 14.1.2 and 15.3.7",
    rule: "Of two parts one of which does not exist, the other comes.",
    send: ranged("bytes=0-1,{size}-"),
    expect: { answers: ["200 206"], claims: [parts([0, 1])] },
    needs: NEEDS,
  },
  {
    id: "two-unsatisfiable",
    level: "must",
    section: "RFC 9110, 15.5.17",
    rule: "Of two parts that both do not exist, none comes.",
    send: ranged("bytes={size}-,99999999999-"),
    expect: { answers: ["200 416"] },
    needs: NEEDS,
  },
  {
    id: "many",
    level: "house",
    section: "RFC 9110, 17.15",
    rule: "A thousand wishes for the same bytes are not a thousand answers.",
    send: ranged(`bytes=${Array.from({ length: 1000 }, () => "0-").join(",")}`),
    expect: { answers: ["200 206 400 416 431"], claims: [when("2xx", atMostTimes(2))] },
    needs: NEEDS,
  },
];

const AROUND: readonly Case[] = [
  {
    id: "unsatisfiable-status",
    level: "should",
    section: "RFC 9110, 15.5.17",
    rule: "What cannot be had is answered with 416.",
    send: ranged("bytes={size}-"),
    expect: { answers: ["416"] },
    needs: NEEDS,
  },
  {
    id: "unsatisfiable-size",
    level: "should",
    section: "RFC 9110, 14.4 and 15.5.17",
    rule: "A 416 tells how long the content is.",
    send: ranged("bytes={size}-"),
    expect: {
      answers: ["200 416"],
      claims: [
        when("416", (it) =>
          has("content-range", new RegExp(`^bytes \\*/${it.facts.whole.body.length}$`))(it),
        ),
      ],
    },
    needs: NEEDS,
  },
  {
    id: "unit-unknown",
    level: "must",
    section: "RFC 9110, 14.2",
    rule: "A unit nobody knows is ignored.",
    send: ranged("lines=0-4"),
    expect: { answers: ["200"], claims: [whole] },
    needs: NEEDS,
  },
  {
    id: "head",
    level: "must",
    section: "RFC 9110, 14.2",
    rule: "Range is for GET only: HEAD is answered as if it were not there.",
    send: [request("HEAD {path} HTTP/1.1", "Range: bytes=0-0")],
    methods: ["HEAD"],
    expect: { answers: ["200"], connection: "as said", claims: [lacks("content-range")] },
  },
  {
    id: "missing",
    level: "must",
    section: "RFC 9110, 14.2",
    rule: "A part of nothing is not found.",
    send: [request("GET {missing} HTTP/1.1", "Range: bytes=0-0")],
    expect: { answers: ["{missing-status} 206"] },
  },
  {
    id: "not-modified-first",
    level: "must",
    section: "RFC 9110, 13.2.2",
    rule: "Conditions come before parts: still the same is 304.",
    send: ranged("bytes=0-4", "If-None-Match: {etag}"),
    expect: { answers: ["304"] },
    needs: NEEDS,
  },
  {
    id: "if-range-alone",
    level: "must",
    section: "RFC 9110, 13.1.5",
    rule: "If-Range without Range means nothing.",
    send: [get('If-Range: "probe-1"')],
    expect: { answers: ["200"], claims: [whole] },
    needs: ["stable"],
  },
  {
    id: "part-keeps",
    level: "must",
    section: "RFC 9110, 15.3.7",
    rule: "A part carries the validators and caching rules of the whole.",
    send: ranged("bytes=0-4"),
    expect: {
      answers: ["200 206"],
      claims: [same("etag"), keeps("cache-control"), keeps("expires"), keeps("vary")],
    },
    needs: NEEDS,
  },
  {
    id: "said",
    level: "house",
    section: "RFC 9110, 14.3",
    rule: "Who gives parts says so: Accept-Ranges: bytes.",
    send: [get()],
    expect: { answers: ["200"], claims: [has("accept-ranges", /^bytes$/i)] },
    needs: ["ranges"],
  },
];

export const RANGES: Group = {
  name: "ranges",
  title: "Ranges",
  cases: [
    ...ONE,
    ...UNSATISFIABLE,
    ...INVALID,
    ...SEVERAL,
    ...IF_RANGE,
    ...IF_RANGE_OTHER,
    ...AROUND,
  ],
};
