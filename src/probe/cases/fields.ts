// Field lines. RFC 9112, section 5; RFC 9110, section 5.

import type { Group } from "../case.ts";
import { CHUNKED, get, ONE_ANSWER, post, REFUSED, REFUSED_EITHER_WAY, SERVED } from "./words.ts";

const BROKEN = (
  [
    ["no-colon", "without a colon", "NoColonHere"],
    ["no-name", "without a name", ": value"],
    ["space-in-name", "with a space in its name", "X Probe: 1"],
    ["bracket-in-name", "with a bracket in its name", "X(Probe): 1"],
    ["control-in-name", "with a control byte in its name", "X\x01Probe: 1"],
    ["nul-in-name", "with NUL in its name", "X\x00Probe: 1"],
    ["beyond-ascii-name", "with a letter beyond ASCII in its name", "X-Caf\xe9: 1"],
  ] as const
).map(
  ([id, what, line]) =>
    ({
      id,
      level: "should",
      section: "RFC 9112, 2.2 and 5",
      rule: `A field line ${what} is answered with 400, and the connection ends.`,
      send: [get(line)],
      expect: REFUSED,
    }) as const,
);

const FORBIDDEN_BYTES = (
  [
    ["nul", "NUL", "\x00"],
    ["bell", "a control byte", "\x07"],
    ["delete", "DEL", "\x7f"],
    ["escape", "ESC, which colours the terminal of whoever reads a log,", "\x1b[31m"],
  ] as const
).map(
  ([id, what, bytes]) =>
    ({
      id: `value-${id}`,
      level: "house",
      section: "RFC 9110, 5.5",
      rule: `A value with ${what} in it is refused.`,
      send: [get(`X-Probe: a${bytes}b`)],
      expect: REFUSED,
    }) as const,
);

export const FIELDS: Group = {
  name: "fields",
  title: "Field lines",
  cases: [
    {
      id: "space-before-colon",
      level: "must",
      section: "RFC 9112, 5.1",
      rule: "A space between name and colon is answered with 400.",
      send: [get("X-Probe : 1")],
      expect: REFUSED_EITHER_WAY,
    },
    {
      id: "tab-before-colon",
      level: "must",
      section: "RFC 9112, 5.1",
      rule: "A tab between name and colon is answered with 400.",
      send: [get("X-Probe\t: 1")],
      expect: REFUSED_EITHER_WAY,
    },
    {
      id: "space-before-colon-length",
      level: "must",
      section: "RFC 9112, 5.1 and 11.2",
      rule: "A length with a space before its colon is refused, and no body is run.",
      send: [post("Content-Length : {canary-length}"), "{canary}"],
      expect: REFUSED,
    },
    {
      id: "space-before-colon-coding",
      level: "must",
      section: "RFC 9112, 5.1 and 11.2",
      rule: "A coding with a space before its colon is refused, and no chunk is run.",
      send: [post("Transfer-Encoding : chunked"), "0\r\n\r\n{canary}"],
      expect: REFUSED,
    },
    {
      id: "folded",
      level: "must",
      section: "RFC 9112, 5.2",
      rule: "A folded value is refused with 400, or its fold is read as a space.",
      send: [get("X-Probe: one", "\ttwo")],
      expect: { answers: ["200 400"] },
    },
    {
      id: "folded-strict",
      level: "house",
      section: "RFC 9112, 5.2",
      rule: "A folded value is refused: nobody sends one by mistake.",
      send: [get("X-Probe: one", " two")],
      expect: REFUSED,
    },
    {
      id: "folded-coding",
      level: "must",
      section: "RFC 9112, 5.2",
      rule: "A coding behind a fold is refused or understood, never overlooked.",
      send: [post("Transfer-Encoding:", " chunked"), "0\r\n\r\n"],
      expect: ONE_ANSWER,
    },
    {
      id: "folded-length",
      level: "must",
      section: "RFC 9112, 5.2",
      rule: "A length behind a fold is refused or understood: its body is never run.",
      send: [post("Content-Length:", " {canary-length}"), "{canary}"],
      expect: ONE_ANSWER,
    },
    {
      id: "bare-cr-length",
      level: "must",
      section: "RFC 9112, 2.2",
      rule: "A CR without LF begins no new field: the length behind it does not count.",
      send: [get("X-Probe: a\rContent-Length: 999")],
      expect: { answers: ["200 400"] },
    },
    {
      id: "bare-cr",
      level: "house",
      section: "RFC 9112, 2.2",
      rule: "A CR without LF in a value is refused.",
      send: [get("X-Probe: a\rb")],
      expect: REFUSED,
    },
    {
      id: "bare-cr-end",
      level: "must",
      section: "RFC 9112, 2.2",
      rule: "CR CR does not end a head: what follows is not run as a request.",
      send: ["GET {path} HTTP/1.1\r\nHost: {host}\r\nX-Probe: 1\r\r{canary}"],
      expect: { answers: ["200 400"] },
    },
    {
      id: "empty-value",
      level: "must",
      section: "RFC 9112, 5",
      rule: "A value may be empty.",
      send: [get("X-Probe:")],
      expect: SERVED,
    },
    {
      id: "blanks-around",
      level: "must",
      section: "RFC 9112, 5",
      rule: "Spaces and tabs around a value are no part of it.",
      send: ["GET {path} HTTP/1.1\r\nHost: \t {host} \t \r\n\r\n"],
      expect: SERVED,
    },
    {
      id: "no-blank",
      level: "must",
      section: "RFC 9112, 5",
      rule: "No space is needed behind the colon.",
      send: ["GET {path} HTTP/1.1\r\nHost:{host}\r\n\r\n"],
      expect: SERVED,
    },
    {
      id: "every-token-byte",
      level: "must",
      section: "RFC 9110, 5.1 and 5.6.2",
      rule: "A name may hold every byte that a token may.",
      send: [get("!#$%&'*+-.^_`|~019azAZ: 1")],
      expect: SERVED,
    },
    {
      id: "unknown",
      level: "should",
      section: "RFC 9110, 5.1",
      rule: "A field that nobody knows is ignored.",
      send: [get("X-Probe-Nobody-Knows: 1")],
      expect: SERVED,
    },
    {
      id: "beyond-ascii",
      level: "should",
      section: "RFC 9110, 5.5",
      rule: "Bytes beyond ASCII in a value are opaque, not wrong.",
      send: [get("X-Probe: caf\xe9 \xff")],
      expect: SERVED,
    },
    {
      id: "repeated",
      level: "must",
      section: "RFC 9110, 5.3",
      rule: "A field that is a list may come in several lines.",
      send: [get("Accept: text/html", "Accept: */*;q=0.1")],
      expect: SERVED,
    },
    {
      id: "trailer-of-length-body",
      level: "must",
      section: "RFC 9112, 6",
      rule: "Announced trailers without chunks announce nothing.",
      send: [get("Trailer: X-Probe", "TE: trailers", "Connection: TE")],
      expect: SERVED,
    },
    {
      id: "lf-before-coding",
      level: "must",
      section: "RFC 9112, 2.2 and 11.2",
      rule: "A coding behind a bare LF is refused or understood, never overlooked.",
      send: [`${post(`X-Probe: 1\n${CHUNKED}`)}0\r\n\r\n`],
      expect: ONE_ANSWER,
    },
    ...BROKEN,
    ...FORBIDDEN_BYTES,
  ],
};
