// The chunked coding of a request. RFC 9112, section 7.1.

import type { Expectation, Group } from "../case.ts";
import { ANY, CHUNKED, get, ONE_ANSWER, post, READ, THEN_SERVED } from "./words.ts";

const HEAD = post(CHUNKED);
const READ_NO_FURTHER: Expectation = { answers: [ANY], mayComplain: true, connection: "closed" };

const GOOD = (
  [
    ["plain", "A chunk and a last chunk are a body", "5\r\nhello\r\n0\r\n\r\n"],
    ["two", "Chunks follow one another", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"],
    ["empty", "A last chunk alone is an empty body", "0\r\n\r\n"],
    ["zeros", "Zeros in front of a size change nothing", "0005\r\nhello\r\n000\r\n\r\n"],
    ["upper-case", "A size may be written in upper case", "A\r\n0123456789\r\n0\r\n\r\n"],
    ["lower-case", "A size may be written in lower case", "a\r\n0123456789\r\n0\r\n\r\n"],
    ["extension", "An unknown extension is ignored", "5;name=value\r\nhello\r\n0\r\n\r\n"],
    ["extension-bare", "An extension needs no value", "5;name\r\nhello\r\n0;last\r\n\r\n"],
    [
      "extension-quoted",
      "A quoted extension may hold a semicolon",
      '5;a="x;y\\"z"\r\nhello\r\n0\r\n\r\n',
    ],
    ["trailer", "A trailer belongs to the body", "5\r\nhello\r\n0\r\nX-Probe: 1\r\n\r\n"],
    [
      "trailer-length",
      "A length in a trailer frames nothing",
      "0\r\nContent-Length: 999\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
  ] as const
).map(
  ([id, rule, body]) =>
    ({
      id,
      level: "must",
      section: "RFC 9112, 7.1",
      rule: `${rule}: behind it stands the next request.`,
      send: [`${HEAD}${body}${get()}`],
      expect: THEN_SERVED,
    }) as const,
);

/** What is no chunk. A server that answers before it reads passes too, if it then closes. */
const BAD = (
  [
    ["size-letters", "A size in letters", "xyz\r\nhello\r\n0\r\n\r\n"],
    ["size-empty", "No size", "\r\nhello\r\n0\r\n\r\n"],
    ["size-negative", "A size below zero", "-5\r\nhello\r\n0\r\n\r\n"],
    ["size-signed", "A size with a sign", "+5\r\nhello\r\n0\r\n\r\n"],
    ["size-prefixed", "A size with 0x in front", "0x5\r\nhello\r\n0\r\n\r\n"],
    ["size-underscore", "A size with an underscore", "0_5\r\nhello\r\n0\r\n\r\n"],
    ["size-space-inside", "A size with a space inside", "0 5\r\nhello\r\n0\r\n\r\n"],
    ["data-long", "A chunk that runs past its size", "3\r\nhello\r\n0\r\n\r\n"],
    ["data-no-end", "A chunk without CR LF behind it", "5\r\nhello0\r\n\r\n"],
    ["data-dash-end", "Other bytes in the place of its CR LF", "5\r\nhello--0\r\n\r\n"],
    ["lf-behind-size", "A bare LF behind a size", "5\nhello\r\n0\r\n\r\n"],
    ["lf-behind-data", "A bare LF behind a chunk", "5\r\nhello\n0\r\n\r\n"],
    ["cr-behind-size", "A bare CR behind a size", "5\rhello\r\n0\r\n\r\n"],
    ["cr-in-extension", "A bare CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"],
    ["lf-in-extension", "A bare LF in an extension", "5;a\nhello\r\n0\r\n\r\n"],
    ["trailer-no-colon", "A trailer without a colon", "0\r\nno colon here\r\n\r\n"],
    ["trailer-space", "A trailer with a space before its colon", "0\r\nX-Probe : 1\r\n\r\n"],
  ] as const
).map(
  ([id, what, body]) =>
    ({
      id,
      level: "should",
      section: "RFC 9112, 2.2 and 7.1",
      rule: `${what} is an error: the connection ends, and nothing behind it is run.`,
      send: [`${HEAD}${body}`, "{canary}"],
      expect: READ_NO_FURTHER,
    }) as const,
);

export const CHUNKED_BODY: Group = {
  name: "chunked",
  title: "Chunked bodies",
  cases: [
    {
      id: "chunk-not-run",
      level: "must",
      section: "RFC 9112, 7.1",
      rule: "What is in a chunk is never run as a request.",
      send: [HEAD, "{canary-hex}\r\n{canary}\r\n0\r\n\r\n"],
      expect: ONE_ANSWER,
    },
    {
      id: "chunk-of-get-not-run",
      level: "must",
      section: "RFC 9110, 9.3.1",
      rule: "What is in a chunk of a GET is never run as a request.",
      send: [get(CHUNKED), "{canary-hex}\r\n{canary}\r\n0\r\n\r\n"],
      expect: ONE_ANSWER,
    },
    {
      id: "size-overflow",
      level: "must",
      section: "RFC 9112, 7.1",
      rule: "A size beyond 64 bits does not become a small one: nothing behind it is run.",
      send: [HEAD, "10000000000000005\r\nhello\r\n0\r\n\r\n{canary}"],
      expect: { answers: [ANY], atLeast: 0, mayComplain: true, mayWait: true },
    },
    {
      id: "size-overflow-32",
      level: "must",
      section: "RFC 9112, 7.1",
      rule: "A size beyond 32 bits does not become a small one: nothing behind it is run.",
      send: [HEAD, "100000005\r\nhello\r\n0\r\n\r\n{canary}"],
      expect: { answers: [ANY], atLeast: 0, mayComplain: true, mayWait: true },
    },
    {
      id: "size-many-digits",
      level: "must",
      section: "RFC 9112, 7.1",
      rule: "A size of forty digits is too much, not zero.",
      send: [HEAD, `${"F".repeat(40)}\r\nhello\r\n0\r\n\r\n{canary}`],
      expect: { answers: [ANY], atLeast: 0, mayComplain: true, mayWait: true },
    },
    {
      id: "cut",
      level: "must",
      section: "RFC 9112, 8",
      rule: "A body without its last chunk is incomplete: the connection ends.",
      send: [HEAD, "5\r\nhello\r\n", { finish: "half close" }],
      expect: { ...READ_NO_FURTHER, atLeast: 0 },
      needs: ["half-close"],
    },
    {
      id: "cut-in-chunk",
      level: "must",
      section: "RFC 9112, 8",
      rule: "A body that ends inside a chunk is incomplete: the connection ends.",
      send: [HEAD, "ff\r\nhello", { finish: "half close" }],
      expect: { ...READ_NO_FURTHER, atLeast: 0 },
      needs: ["half-close"],
    },
    {
      id: "many-small",
      level: "must",
      section: "RFC 9112, 7.1",
      rule: "Two hundred chunks of a byte each are a body of two hundred bytes.",
      send: [`${HEAD}${"1\r\nx\r\n".repeat(200)}0\r\n\r\n${get()}`],
      expect: { answers: [READ, "200"], atLeast: 1 },
    },
    {
      id: "extension-endless",
      level: "house",
      section: "RFC 9112, 7.1.1",
      rule: "An extension without end is cut off.",
      send: [HEAD, "5;", { flood: "a".repeat(16_384), bytes: 4 * 1024 * 1024 }],
      expect: { ...READ_NO_FURTHER, answers: ["2xx 3xx 4xx"], atLeast: 0 },
    },
    {
      id: "trailers-endless",
      level: "house",
      section: "RFC 9112, 7.1.2",
      rule: "Trailers without end are cut off.",
      send: [HEAD, "0\r\n", { flood: "X-Probe: 1\r\n".repeat(1000), bytes: 4 * 1024 * 1024 }],
      expect: { ...READ_NO_FURTHER, answers: ["2xx 3xx 4xx"], atLeast: 0 },
    },
    ...GOOD,
    ...BAD,
  ],
};
