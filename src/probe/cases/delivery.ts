// How bytes are cut into packets means nothing. RFC 9112, section 2.2: a message is parsed as a
// sequence of bytes.

import type { Group } from "../case.ts";
import { CHUNKED, get, post, READ, SERVED } from "./words.ts";

const PAUSE = { silentMs: 30 } as const;

export const DELIVERY: Group = {
  name: "delivery",
  title: "Delivery",
  cases: [
    {
      id: "drip",
      level: "must",
      section: "RFC 9112, 2.2",
      rule: "A request that comes byte by byte is the same request.",
      send: [{ drip: get() }],
      expect: SERVED,
    },
    {
      id: "drip-body",
      level: "must",
      section: "RFC 9112, 2.2",
      rule: "A body that comes byte by byte is the same body, and behind it stands the next request.",
      send: [{ drip: `${post("Content-Length: 5")}hello` }, get()],
      expect: { answers: [READ, "200"], atLeast: 1 },
    },
    {
      id: "drip-chunks",
      level: "must",
      section: "RFC 9112, 7.1",
      rule: "Chunks that come byte by byte are the same chunks.",
      send: [{ drip: `${post(CHUNKED)}5;a=b\r\nhello\r\n0\r\nX-Probe: 1\r\n\r\n` }, get()],
      expect: { answers: [READ, "200"], atLeast: 1 },
    },
    {
      id: "cut-in-method",
      level: "must",
      section: "RFC 9112, 2.2",
      rule: "Half a method is waited for, not answered.",
      send: ["GE", PAUSE, "T {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"],
      expect: SERVED,
    },
    {
      id: "cut-in-line-end",
      level: "must",
      section: "RFC 9112, 2.2",
      rule: "CR and LF may come in two packets.",
      send: ["GET {path} HTTP/1.1\r", PAUSE, "\nHost: {host}\r", PAUSE, "\n\r", PAUSE, "\n"],
      expect: SERVED,
    },
    {
      id: "cut-before-end",
      level: "must",
      section: "RFC 9112, 2.2",
      rule: "A head without its empty line is not answered yet.",
      send: ["GET {path} HTTP/1.1\r\nHost: {host}\r\n", PAUSE, "\r\n"],
      expect: SERVED,
    },
    {
      id: "cut-in-field-name",
      level: "must",
      section: "RFC 9112, 2.2",
      rule: "A field name may come in two packets.",
      send: ["GET {path} HTTP/1.1\r\nHo", PAUSE, "st: {host}\r\n\r\n"],
      expect: SERVED,
    },
    {
      id: "head-then-body",
      level: "must",
      section: "RFC 9112, 6",
      rule: "A body may come in a packet of its own, after a while.",
      send: [post("Content-Length: 5"), { pauseMs: 50 }, "hello"],
      expect: { answers: [READ] },
    },
    {
      id: "cut-in-chunk-size",
      level: "must",
      section: "RFC 9112, 7.1",
      rule: "A chunk size may come in two packets.",
      send: [`${post(CHUNKED)}1`, "0\r\n0123456789abcdef\r\n0\r\n\r\n", get()],
      expect: { answers: [READ, "200"], atLeast: 1 },
    },
  ],
};
