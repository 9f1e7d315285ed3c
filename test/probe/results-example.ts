// A small outcome of a run, with one of each: for what is made of outcomes.

import type { Case, Group, Level } from "../../src/probe/case.ts";
import type { Exchange } from "../../src/probe/conversation.ts";
import type { Report } from "../../src/probe/report.ts";
import type { Result } from "../../src/probe/run.ts";
import { answerOf, FACTS } from "./facts-example.ts";

function checked(id: string, level: Level): Case {
  const rule = `The rule of ${id} is kept.`;
  return { id, level, section: "RFC 9112, 3", rule, send: [], expect: { answers: ["200"] } };
}

const KEPT = checked("kept", "must");
const BROKEN = checked("broken", "must");
const ADVICE = checked("advice", "should");
const TASTE = checked("taste", "house");
const UNASKED = checked("unasked", "must");

const group: Group = {
  name: "host",
  title: "Host",
  cases: [KEPT, BROKEN, ADVICE, TASTE, UNASKED],
};

export const EXCHANGE: Exchange = {
  sent: ["GET / HTTP/1.1\r\nHost: a\x1b[31m\r\n\r\n"],
  sentBytes: 32,
  reading: { answers: [answerOf(200, {}, "hello")], interim: [], restBytes: 0, fault: undefined },
  ending: "open",
  spokeEarly: false,
};

export const RESULTS: readonly Result[] = [
  { id: "host/kept", group, checked: KEPT, kind: "passed" },
  {
    id: "host/broken",
    group,
    checked: BROKEN,
    kind: "failed",
    complaint: "200, where 400 is right",
    exchange: EXCHANGE,
  },
  {
    id: "host/advice",
    group,
    checked: ADVICE,
    kind: "failed",
    complaint: "no allow",
    exchange: EXCHANGE,
  },
  {
    id: "host/taste",
    group,
    checked: TASTE,
    kind: "failed",
    complaint: "no connection",
    exchange: undefined,
  },
  { id: "host/unasked", group, checked: UNASKED, kind: "skipped", why: "no ETag here" },
];

export const REPORT: Report = {
  url: "http://localhost:8080/a.txt",
  groups: [group],
  outcome: { kind: "results", facts: FACTS, results: RESULTS, stopped: undefined },
  seconds: 1.25,
  isStrict: false,
};
