// The first line of a request. RFC 9112, section 3.

import type { Group } from "../case.ts";
import { bare, get, REFUSED, request, SERVED } from "./words.ts";

/** Leniency that section 3 allows, and that two servers in a row read in two ways. */
const LENIENT = (
  [
    ["two-spaces", "two spaces before the target", "GET  {path} HTTP/1.1"],
    ["two-spaces-version", "two spaces before the version", "GET {path}  HTTP/1.1"],
    ["tab", "a tab between method and target", "GET\t{path} HTTP/1.1"],
    ["tab-version", "a tab before the version", "GET {path}\tHTTP/1.1"],
    ["form-feed", "a form feed between its parts", "GET\f{path}\fHTTP/1.1"],
    ["space-first", "a space before the method", " GET {path} HTTP/1.1"],
    ["space-last", "a space behind the version", "GET {path} HTTP/1.1 "],
  ] as const
).map(
  ([id, what, line]) =>
    ({
      id,
      level: "house",
      section: "RFC 9112, 3",
      rule: `A request line with ${what} is refused: single spaces separate, nothing else.`,
      send: [request(line)],
      expect: REFUSED,
    }) as const,
);

/** What no reading makes a request line. */
const BROKEN = (
  [
    ["no-target", "without a target", "GET HTTP/1.1"],
    ["method-only", "of a method alone", "GET"],
    ["four-parts", "of four parts", "GET {path} extra HTTP/1.1"],
    ["control-in-method", "with a control byte in its method", "G\x01ET {path} HTTP/1.1"],
    ["nul-in-method", "with NUL in its method", "GE\x00T {path} HTTP/1.1"],
    ["separator-in-method", "whose method is no token", "G(E)T {path} HTTP/1.1"],
    ["bytes-beyond-ascii", "whose method has letters beyond ASCII", "G\xc9T {path} HTTP/1.1"],
  ] as const
).map(
  ([id, what, line]) =>
    ({
      id,
      level: "should",
      section: "RFC 9112, 2.2 and 3",
      rule: `A request line ${what} is answered with 400, and the connection ends.`,
      send: [request(line)],
      expect: { answers: ["400 405 501"], connection: "closed" },
    }) as const,
);

export const REQUEST_LINE: Group = {
  name: "request-line",
  title: "Request line",
  cases: [
    {
      id: "simple",
      level: "must",
      section: "RFC 9110, 9.1",
      rule: "The smallest GET that is right is answered.",
      send: [get()],
      expect: SERVED,
    },
    {
      id: "empty-line-before",
      level: "should",
      section: "RFC 9112, 2.2",
      rule: "One empty line before a request line is skipped: old clients send it behind a body.",
      send: [`\r\n${get()}`],
      expect: SERVED,
    },
    {
      id: "blank-line-start",
      level: "must",
      section: "RFC 9112, 2.2",
      rule: "A line that begins with a space right after the request line is refused or skipped.",
      send: [request("GET {path} HTTP/1.1\r\n Content-Length: 999")],
      expect: { answers: ["200 400"] },
    },
    {
      id: "bare-lf",
      level: "house",
      section: "RFC 9112, 2.2",
      rule: "Lines that end with LF alone are refused, though a server may take them.",
      send: ["GET {path} HTTP/1.1\nHost: {host}\n\n"],
      expect: REFUSED,
    },
    {
      id: "lf-behind-request-line",
      level: "house",
      section: "RFC 9112, 2.2",
      rule: "A request line that ends with LF alone is refused, whatever ends the others.",
      send: ["GET {path} HTTP/1.1\nHost: {host}\r\n\r\n"],
      expect: REFUSED,
    },
    {
      id: "bare-cr",
      level: "must",
      section: "RFC 9112, 2.2",
      rule: "A CR without its LF ends no line.",
      send: ["GET {path} HTTP/1.1\rHost: {host}\r\n\r\n"],
      expect: { answers: ["4xx 301 501"] },
    },
    {
      id: "method-case",
      level: "must",
      section: "RFC 9110, 9.1",
      rule: "Methods are case-sensitive: `get` is not GET.",
      send: [request("get {path} HTTP/1.1")],
      expect: { answers: ["400 403 404 405 501"] },
    },
    {
      id: "method-long",
      level: "should",
      section: "RFC 9112, 3",
      rule: "A method longer than any it knows is answered with 501.",
      send: [request(`${"M".repeat(120)} {missing} HTTP/1.1`)],
      expect: { answers: ["501"] },
    },
    {
      id: "garbage",
      level: "should",
      section: "RFC 9112, 2.2",
      rule: "Bytes that are no HTTP at all end the connection, with 400 if a word is possible.",
      send: ["\x00\x01\x02\xff\xfe\x80 not http at all\r\n\r\n"],
      expect: { answers: ["400 405 501"], atLeast: 0, connection: "closed" },
    },
    {
      id: "tls-hello",
      level: "should",
      section: "RFC 9112, 2.2",
      rule: "The greeting of a TLS client where HTTP is spoken is not waited upon for ever.",
      send: [`\x16\x03\x01\x00\x2a\x01\x00\x00\x26\x03\x03${"\x5a".repeat(32)}\x00\x00\r\n\r\n`],
      expect: { answers: ["3xx 400 405 501"], atLeast: 0, connection: "closed" },
    },
    {
      id: "not-run-after-refusal",
      level: "must",
      section: "RFC 9112, 2.2 and 11.2",
      rule: "What follows a line that is no request line is not run.",
      send: [bare("GET {path} extra parts HTTP/1.1", "Host: {host}"), "{canary}"],
      expect: { answers: ["4xx 301 501"], connection: "closed" },
    },
    ...LENIENT,
    ...BROKEN,
  ],
};
