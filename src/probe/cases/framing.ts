// How long is the body? Two servers that disagree about it can be played against each other.
// RFC 9112, section 6. Bodies hold a canary: a whole request that nobody sent, and that is
// answered by whoever mistakes a body for what follows it.

import type { Group } from "../case.ts";
import { ANY, get, ONE_ANSWER, post, REFUSED, request, THEN_SERVED } from "./words.ts";

const INVALID_LENGTHS = (
  [
    ["letters", "in letters", "abc"],
    ["negative", "below zero", "-5"],
    ["signed", "with a plus sign", "+5"],
    ["fraction", "with a fraction", "5.0"],
    ["hexadecimal", "in hexadecimal", "0x5"],
    ["exponent", "with an exponent", "5e0"],
    ["space-inside", "with a space inside", "5 5"],
    ["tail", "with something behind it", "5;x"],
    ["underscore", "with an underscore", "5_0"],
    ["quoted", "in quotes", '"5"'],
    ["list-differs", "that is a list of two", "5, 6"],
    ["empty", "that is empty", ""],
    ["beyond-ascii", "in digits that are none in ASCII", "\xb2"],
  ] as const
).map(
  ([id, what, value]) =>
    ({
      id: `length-${id}`,
      level: "must",
      section: "RFC 9112, 6.3",
      rule: `A length ${what} is none: 400, and the connection ends.`,
      send: [post(`Content-Length: ${value}`), "hello{canary}"],
      expect: REFUSED,
    }) as const,
);

const METHODS_WITH_BODY = (
  [
    ["get", "GET", "GET {missing}"],
    ["delete", "DELETE", "DELETE {missing}"],
    ["options", "OPTIONS", "OPTIONS {missing}"],
    ["unknown", "an unknown method", "FERROX {missing}"],
  ] as const
).map(
  ([id, what, line]) =>
    ({
      id: `body-of-${id}`,
      level: "must",
      section: "RFC 9112, 6 and 9.3",
      rule: `The body of ${what} is a body: read or cut off, never run.`,
      send: [request(`${line} HTTP/1.1`, "Content-Length: {canary-length}"), "{canary}"],
      expect: ONE_ANSWER,
    }) as const,
);

export const FRAMING: Group = {
  name: "framing",
  title: "Content-Length",
  cases: [
    {
      id: "body-not-run",
      level: "must",
      section: "RFC 9112, 9.3",
      rule: "A body that nobody wants is read or cut off: it is never run as a request.",
      send: [post("Content-Length: {canary-length}"), "{canary}"],
      expect: ONE_ANSWER,
    },
    {
      id: "body-in-one-packet",
      level: "must",
      section: "RFC 9112, 9.3",
      rule: "A body that comes in one packet with its head is never run as a request.",
      send: [`${post("Content-Length: {canary-length}")}{canary}`],
      expect: ONE_ANSWER,
    },
    {
      id: "request-behind-body",
      level: "must",
      section: "RFC 9112, 6.3",
      rule: "Behind a body of known length stands the next request.",
      send: [`${post("Content-Length: 5")}hello${get()}`],
      expect: THEN_SERVED,
    },
    {
      id: "request-behind-empty",
      level: "must",
      section: "RFC 9112, 6.2",
      rule: "A length of zero is a length.",
      send: [`${post("Content-Length: 0")}${get()}`],
      expect: THEN_SERVED,
    },
    {
      id: "no-length",
      level: "must",
      section: "RFC 9112, 6.3",
      rule: "Without a length and without a coding there is no body.",
      send: [`${post()}${get()}`],
      expect: { ...THEN_SERVED, answers: ["2xx 3xx 4xx 501 -408", "200"] },
    },
    {
      id: "body-of-get-behind",
      level: "must",
      section: "RFC 9110, 9.3.1",
      rule: "Behind the body of a GET stands the next request, unless the connection ends.",
      send: [`${get("Content-Length: 5")}hello${get()}`],
      expect: { answers: ["200 400 413", "200"], atLeast: 1 },
    },
    {
      id: "length-zeros",
      level: "must",
      section: "RFC 9110, 8.6",
      rule: "Zeros in front of a length change nothing.",
      send: [`${post("Content-Length: 0005")}hello${get()}`],
      expect: THEN_SERVED,
    },
    {
      id: "lengths-differ",
      level: "must",
      section: "RFC 9112, 6.3",
      rule: "Two lengths that disagree are refused with 400, and the connection ends.",
      send: [post("Content-Length: 5", "Content-Length: {canary-length}"), "{canary}"],
      expect: REFUSED,
    },
    {
      id: "lengths-agree",
      level: "must",
      section: "RFC 9112, 6.3",
      rule: "Two lengths that agree are refused, or taken for that one length.",
      send: [
        post("Content-Length: {canary-length}", "Content-Length: {canary-length}"),
        "{canary}",
      ],
      expect: ONE_ANSWER,
    },
    {
      id: "lengths-agree-strict",
      level: "house",
      section: "RFC 9112, 6.3",
      rule: "Two lengths are refused even when they agree.",
      send: [post("Content-Length: 5", "Content-Length: 5"), "hello"],
      expect: REFUSED,
    },
    {
      id: "length-list-agrees",
      level: "must",
      section: "RFC 9112, 6.3",
      rule: "A list of equal lengths is refused, or taken for that one length.",
      send: [post("Content-Length: {canary-length}, {canary-length}"), "{canary}"],
      expect: ONE_ANSWER,
    },
    {
      id: "length-overflow",
      level: "must",
      section: "RFC 9110, 8.6",
      rule: "A length beyond every number is refused; it does not become a small one.",
      send: [post("Content-Length: 18446744073709551621"), "hello{canary}"],
      expect: { answers: [ANY], atLeast: 0, mayWait: true },
    },
    {
      id: "length-huge",
      level: "house",
      section: "RFC 9110, 15.5.14",
      rule: "A body that will be far too long is refused before it comes.",
      send: [post("Content-Length: 999999999999999")],
      expect: { answers: ["4xx -408"], connection: "closed" },
    },
    {
      id: "cut-body",
      level: "must",
      section: "RFC 9112, 6.3 and 8",
      rule: "When a body ends before its length, the request is incomplete and the connection ends.",
      send: [post("Content-Length: 50"), "hello", { finish: "half close" }],
      expect: { answers: [ANY], atLeast: 0, mayComplain: true, connection: "closed" },
      needs: ["half-close"],
    },
    {
      id: "cut-head",
      level: "must",
      section: "RFC 9112, 8",
      rule: "Half a head is not run when the connection ends.",
      send: ["GET {path} HTTP/1.1\r\nHost: {host}\r\n", { finish: "half close" }],
      expect: { answers: ["4xx"], atLeast: 0, connection: "closed" },
      needs: ["half-close"],
    },
    {
      id: "late-body",
      level: "must",
      section: "RFC 9112, 9.3",
      rule: "A body that comes after its answer is still a body.",
      send: [post("Content-Length: {canary-length}"), { pauseMs: 50 }, "{canary}"],
      expect: { answers: [ANY] },
    },
    {
      id: "length-with-other-names",
      level: "must",
      section: "RFC 9110, 8.6",
      rule: "Only Content-Length is a length: its relatives are other fields.",
      send: [`${post("X-Content-Length: 999", "Content_Length: 999")}${get()}`],
      expect: { answers: ["2xx 3xx 4xx 501 -408", "200"], atLeast: 1 },
    },
    ...METHODS_WITH_BODY,
    ...INVALID_LENGTHS,
  ],
};
