// Requests sent ahead of their answers. RFC 9112, section 9.3.2. A server may close whenever it
// has said so; what it may not do is lose the order, or a part.

import type { Group } from "../case.ts";
import { empty, when } from "../claims.ts";
import { bare, CHUNKED, get, post, READ, REFUSED, request } from "./words.ts";

const HEAD = request("HEAD {path} HTTP/1.1");
const MISSING = request("GET {missing} HTTP/1.1");

export const PIPELINING: Group = {
  name: "pipelining",
  title: "Pipelining",
  cases: [
    {
      id: "two",
      level: "must",
      section: "RFC 9112, 9.3.2",
      rule: "Two requests in one packet get two answers.",
      send: [get() + get()],
      expect: { answers: ["200", "200"], atLeast: 1, connection: "as said" },
    },
    {
      id: "order",
      level: "must",
      section: "RFC 9112, 9.3.2",
      rule: "Answers come in the order of their requests.",
      send: [get() + MISSING + get() + MISSING],
      expect: {
        answers: ["200", "{missing-status}", "200", "{missing-status}"],
        atLeast: 1,
        connection: "as said",
      },
    },
    {
      id: "twenty",
      level: "must",
      section: "RFC 9112, 9.3.2",
      rule: "Twenty requests in one packet get twenty answers.",
      send: [get().repeat(20)],
      expect: { answers: Array.from({ length: 20 }, () => "200"), atLeast: 1 },
    },
    {
      id: "head-between",
      level: "must",
      section: "RFC 9110, 9.3.2",
      rule: "An answer to HEAD has no body, so the next answer begins right behind its head.",
      send: [HEAD + get() + HEAD],
      methods: ["HEAD", "GET", "HEAD"],
      expect: { answers: ["200", "200", "200"], atLeast: 1, connection: "as said" },
    },
    {
      id: "not-modified-between",
      level: "must",
      section: "RFC 9112, 6.3",
      rule: "A 304 has no body, so the next answer begins right behind its head.",
      send: [get("If-None-Match: *") + get()],
      expect: {
        answers: ["200 304", "200"],
        atLeast: 1,
        connection: "as said",
        claims: [when("304", empty)],
      },
    },
    {
      id: "bodies-between",
      level: "must",
      section: "RFC 9112, 6.3",
      rule: "Bodies between the requests are kept apart from them.",
      send: [
        `${post("Content-Length: 5")}hello${get()}${post(CHUNKED)}5\r\nhello\r\n0\r\n\r\n${get()}`,
      ],
      expect: { answers: [READ, "200", READ, "200"], atLeast: 1 },
    },
    {
      id: "cut-anywhere",
      level: "must",
      section: "RFC 9112, 9.3.2",
      rule: "Where packets end means nothing: one may end inside the second request.",
      send: [`${get()}GET {path} HT`, { answers: 1 }, "TP/1.1\r\nHost: {host}\r\n\r\n"],
      expect: { answers: ["200", "200"], atLeast: 1, connection: "as said" },
    },
    {
      id: "empty-line-between",
      level: "should",
      section: "RFC 9112, 2.2",
      rule: "An empty line between two requests is skipped.",
      send: [`${get()}\r\n${get()}`],
      expect: { answers: ["200", "200"], atLeast: 1, connection: "as said" },
    },
    {
      id: "refused-behind-good",
      level: "must",
      section: "RFC 9112, 9.3.2",
      rule: "A good request is answered though a broken one follows, which is refused in its turn.",
      send: [get() + bare("GET {path} HTTP/1.1") + get("Connection: close")],
      expect: { answers: ["200", "400", "200"], atLeast: 1 },
    },
    {
      id: "nothing-behind-broken",
      level: "house",
      section: "RFC 9112, 2.2",
      rule: "Behind a request that was refused for its form, nothing is run.",
      send: [`${get("No colon")}{canary}`],
      expect: REFUSED,
    },
  ],
};
