// Transfer-Encoding, alone and beside a length: the classic ground of request smuggling.
// RFC 9112, sections 6.1, 6.3 and 11.2.

import type { Group } from "../case.ts";
import { ANY, bare, CHUNKED, get, ONE_ANSWER, post, REFUSED, THEN_SERVED } from "./words.ts";

/** Chunked is not what the last coding says, so nobody can know where the body ends. */
const NOT_CHUNKED = (
  [
    ["identity", "identity"],
    ["unknown", "mystery"],
    ["gzip", "gzip"],
    ["chunked-first", "chunked, gzip"],
    ["chunked-then-identity", "chunked, identity"],
    ["prefix", "xchunked"],
    ["suffix", "chunkedx"],
    ["quoted", '"chunked"'],
    ["single-quoted", "'chunked'"],
    ["space-inside", "chunk ed"],
    ["parameter-like", "chunked=1"],
  ] as const
).map(
  ([id, value]) =>
    ({
      id: `not-chunked-${id}`,
      level: "must",
      section: "RFC 9112, 6.3",
      rule: `The coding ${value} does not end in chunked: refused, and the connection ends.`,
      send: [post(`Transfer-Encoding: ${value}`), "0\r\n\r\n{canary}"],
      expect: { answers: ["400 501"], connection: "closed" },
    }) as const,
);

/** Bytes that one server strips and another does not. */
const DISGUISED = (
  [
    ["vertical-tab", "a vertical tab", "\x0bchunked"],
    ["form-feed", "a form feed", "\x0cchunked"],
    ["nul", "NUL", "chunked\x00"],
    ["no-break-space", "a no-break space", "\xa0chunked"],
    ["control", "a control byte", "\x01chunked"],
  ] as const
).map(
  ([id, what, value]) =>
    ({
      id: `disguised-${id}`,
      level: "must",
      section: "RFC 9112, 6.3 and 11.2",
      rule: `With ${what} beside it, chunked is another word: no body is run.`,
      send: [post(`Transfer-Encoding: ${value}`, "Content-Length: 5"), "0\r\n\r\n{canary}"],
      expect: { answers: ["4xx 501"], connection: "closed" },
    }) as const,
);

export const CODING: Group = {
  name: "coding",
  title: "Transfer-Encoding",
  cases: [
    {
      id: "both-short-length",
      level: "must",
      section: "RFC 9112, 6.1",
      rule: "After a request with a coding and a shorter length the connection ends.",
      send: [post("Content-Length: 5", CHUNKED), "0\r\n\r\n{canary}"],
      expect: { answers: [ANY], connection: "closed" },
    },
    {
      id: "both-long-length",
      level: "must",
      section: "RFC 9112, 6.1",
      rule: "After a request with a coding and a longer length the connection ends.",
      send: [post("Content-Length: 999", CHUNKED), "0\r\n\r\n{canary}"],
      expect: { answers: [ANY], connection: "closed" },
    },
    {
      id: "both-coding-first",
      level: "must",
      section: "RFC 9112, 6.1",
      rule: "After a request with a coding and then a length the connection ends.",
      send: [post(CHUNKED, "Content-Length: 5"), "0\r\n\r\n{canary}"],
      expect: { answers: [ANY], connection: "closed" },
    },
    {
      id: "both-get",
      level: "must",
      section: "RFC 9112, 6.1",
      rule: "After a GET with a coding and a length the connection ends.",
      send: [get(CHUNKED, "Content-Length: 5"), "0\r\n\r\n{canary}"],
      expect: { answers: [ANY], connection: "closed" },
    },
    {
      id: "both-refused",
      level: "house",
      section: "RFC 9112, 6.1",
      rule: "A request with a coding and a length is refused with 400.",
      send: [post("Content-Length: 5", CHUNKED), "0\r\n\r\n"],
      expect: REFUSED,
    },
    {
      id: "unknown-then-chunked",
      level: "should",
      section: "RFC 9112, 6.1",
      rule: "A coding it does not understand is answered with 501.",
      send: [post("Transfer-Encoding: mystery, chunked"), "0\r\n\r\n"],
      expect: { answers: ["400 501"] },
    },
    {
      id: "chunked-twice",
      level: "house",
      section: "RFC 9112, 6.1",
      rule: "Chunked twice is refused: no client may send it.",
      send: [post("Transfer-Encoding: chunked, chunked"), "0\r\n\r\n{canary}"],
      expect: { answers: ["4xx 501"], connection: "closed" },
    },
    {
      id: "two-lines",
      level: "must",
      section: "RFC 9112, 6.3; RFC 9110, 5.3",
      rule: "Two coding lines are one list: chunked, then identity, does not end in chunked.",
      send: [post(CHUNKED, "Transfer-Encoding: identity"), "0\r\n\r\n{canary}"],
      expect: { answers: ["400 501"], connection: "closed" },
    },
    {
      id: "case",
      level: "must",
      section: "RFC 9112, 7",
      rule: "Codings are case-insensitive: cHuNkEd is chunked.",
      send: [`${post("Transfer-Encoding: cHuNkEd")}0\r\n\r\n${get()}`],
      expect: THEN_SERVED,
    },
    {
      id: "name-case",
      level: "must",
      section: "RFC 9110, 5.1",
      rule: "The name of the field is case-insensitive: TRANSFER-ENCODING frames a body.",
      send: [post("TRANSFER-ENCODING: chunked"), "{canary-hex}\r\n{canary}\r\n0\r\n\r\n"],
      expect: ONE_ANSWER,
    },
    {
      id: "old-version",
      level: "must",
      section: "RFC 9112, 6.1",
      rule: "A coding in HTTP/1.0 is faulty framing: the connection ends after the answer.",
      send: [
        bare("POST {missing} HTTP/1.0", "Host: {host}", "Connection: keep-alive", CHUNKED),
        "0\r\n\r\n{canary}",
      ],
      expect: { answers: [ANY], connection: "closed" },
    },
    {
      id: "old-version-length",
      level: "must",
      section: "RFC 9112, 6.1",
      rule: "A coding in HTTP/1.0 is faulty framing even beside a length: the connection ends.",
      send: [
        bare(
          "POST {missing} HTTP/1.0",
          "Host: {host}",
          "Connection: keep-alive",
          CHUNKED,
          "Content-Length: 5",
        ),
        "0\r\n\r\n{canary}",
      ],
      expect: { answers: [ANY], connection: "closed" },
    },
    {
      id: "empty",
      level: "house",
      section: "RFC 9112, 6.1",
      rule: "A coding that names none is refused.",
      send: [post("Transfer-Encoding:"), "0\r\n\r\n{canary}"],
      expect: { answers: ["400 501"], connection: "closed" },
    },
    {
      id: "comma-first",
      level: "house",
      section: "RFC 9110, 5.6.1",
      rule: "An empty element before chunked is refused, though a list may have some.",
      send: [post("Transfer-Encoding: , chunked"), "0\r\n\r\n"],
      expect: { answers: ["400 501"], connection: "closed" },
    },
    ...NOT_CHUNKED,
    ...DISGUISED,
  ],
};
