// Expect: 100-continue. RFC 9110, section 10.1.1.

import type { Group } from "../case.ts";
import { ANY, bare, get, post, READ, SERVED } from "./words.ts";

const WAITING = ["Content-Length: {canary-length}", "Expect: 100-continue"] as const;

export const EXPECTATION: Group = {
  name: "expect",
  title: "Expect",
  cases: [
    {
      id: "told",
      level: "must",
      section: "RFC 9110, 10.1.1",
      rule: "A client that waits with its body is told to go on, or answered at once.",
      send: [post("Content-Length: 5", "Expect: 100-continue"), { wait: "100 or answer" }, "hello"],
      expect: { answers: [READ] },
    },
    {
      id: "told-case",
      level: "must",
      section: "RFC 9110, 10.1.1",
      rule: "The expectation may be written in any case: 100-Continue.",
      send: [post("Content-Length: 5", "Expect: 100-Continue"), { wait: "100 or answer" }, "hello"],
      expect: { answers: [READ] },
    },
    {
      id: "body-not-run",
      level: "must",
      section: "RFC 9110, 10.1.1; RFC 9112, 9.3",
      rule: "A body that comes after 100, or after a final answer, is never run.",
      send: [post(...WAITING), { wait: "100 or answer" }, "{canary}"],
      expect: { answers: [ANY] },
    },
    {
      id: "impatient",
      level: "must",
      section: "RFC 9110, 10.1.1",
      rule: "A client need not wait: a body that comes at once is fine.",
      send: [`${post(...WAITING)}{canary}`],
      expect: { answers: [READ] },
    },
    {
      id: "old-version",
      level: "must",
      section: "RFC 9110, 10.1.1",
      rule: "In HTTP/1.0 the expectation is ignored, and no interim answer is sent.",
      send: [
        bare(
          "POST {missing} HTTP/1.0",
          "Host: {host}",
          "Content-Length: 5",
          "Expect: 100-continue",
        ),
        "hello",
      ],
      expect: { answers: [ANY], interim: "none" },
    },
    {
      id: "no-body",
      level: "must",
      section: "RFC 9110, 10.1.1",
      rule: "Without a body there is nothing to wait for: the answer comes at once.",
      send: [get("Expect: 100-continue")],
      expect: { ...SERVED, answers: ["200 417"] },
    },
    {
      id: "unknown",
      level: "must",
      section: "RFC 9110, 10.1.1",
      rule: "An expectation nobody knows is ignored or refused with 417.",
      send: [get("Expect: a-miracle")],
      expect: { answers: ["200 417"] },
    },
    {
      id: "chunked",
      level: "must",
      section: "RFC 9110, 10.1.1",
      rule: "A client that waits with a chunked body is told to go on, or answered at once.",
      send: [
        post("Transfer-Encoding: chunked", "Expect: 100-continue"),
        { wait: "100 or answer" },
        "5\r\nhello\r\n0\r\n\r\n",
      ],
      expect: { answers: [READ] },
    },
  ],
};
