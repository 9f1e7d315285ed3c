// What a case says about an answer beyond its status. A claim is a function that names what is
// wrong, or nothing; cases read as sentences of them: `when("405", has("allow"))`.

import { parseDate } from "../http/date.ts";
import type { Facts } from "./facts.ts";
import type { Answer } from "./response-reader.ts";
import { isStatusIn } from "./statuses.ts";

export interface Witness {
  /** The one that is claimed about. */
  readonly answer: Answer;
  /** All that came, in order. */
  readonly answers: readonly Answer[];
  /** What the server gave before. */
  readonly facts: Facts;
  readonly nowMs: number;
}

/** What is wrong; undefined: nothing. */
export type Claim = (witness: Witness) => string | undefined;

/** The field is there, and looks like that. */
export function has(name: string, pattern?: RegExp): Claim {
  return ({ answer }) => {
    const value = answer.fields.get(name);
    if (value === undefined) return `no ${name}`;
    return pattern === undefined || pattern.test(value) ? undefined : `${name}: ${value}`;
  };
}

export function lacks(name: string): Claim {
  return ({ answer }) => {
    const value = answer.fields.get(name);
    return value === undefined ? undefined : `${name}: ${value}`;
  };
}

/** Held only against answers with such a status. */
export function when(statuses: string, claim: Claim): Claim {
  return (witness) => (isStatusIn(statuses, witness.answer.status) ? claim(witness) : undefined);
}

/** The claim is about another answer than the first. */
export function nth(index: number, claim: Claim): Claim {
  return (witness) => {
    const answer = witness.answers[index];
    return answer === undefined ? undefined : claim({ ...witness, answer });
  };
}

/** Exactly the content of the whole. */
export const whole: Claim = ({ answer, facts }) =>
  answer.body.equals(facts.whole.body)
    ? undefined
    : `a body of ${answer.body.length} bytes that is not the content of ${facts.whole.body.length}`;

export const empty: Claim = ({ answer }) =>
  answer.body.length === 0 ? undefined : `a body of ${answer.body.length} bytes`;

/** Nowhere in the body. */
export function without(what: string, pattern: RegExp): Claim {
  return ({ answer }) =>
    pattern.test(answer.body.toString("latin1")) ? `${what} in the body` : undefined;
}

/** What the whole answer said in this field is said here too; it may have been nothing. */
export function same(name: string): Claim {
  return ({ answer, facts }) => {
    const then = facts.whole.fields.get(name);
    const now = answer.fields.get(name);
    return then === now ? undefined : `${name}: ${now ?? "none"} instead of ${then ?? "none"}`;
  };
}

/** If this answer says it at all, it says what the whole answer did. */
export function sameIfSaid(name: string): Claim {
  return (witness) =>
    witness.answer.fields.get(name) === undefined ? undefined : same(name)(witness);
}

/** If the whole answer had this field, this one has it too. */
export function keeps(name: string): Claim {
  return ({ answer, facts }) => {
    const isLost =
      facts.whole.fields.get(name) !== undefined && answer.fields.get(name) === undefined;
    return isLost ? `no ${name}, which the 200 had` : undefined;
  };
}

const IMF_FIXDATE = /^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$/;

/** A date in the one form that may be generated. */
export function date(name: string): Claim {
  return ({ answer, nowMs }) => {
    const value = answer.fields.get(name);
    if (value === undefined) return `no ${name}`;
    const isDate = IMF_FIXDATE.test(value) && parseDate(value, nowMs) !== undefined;
    return isDate ? undefined : `${name}: ${value}`;
  };
}

const CLOCK_SKEW_MS = 60_000;

/** Date says about now. */
export const now: Claim = ({ answer, nowMs }) => {
  const value = answer.fields.get("date") ?? "";
  const ms = parseDate(value, nowMs);
  const isNear = ms !== undefined && Math.abs(ms - nowMs) < CLOCK_SKEW_MS;
  return isNear ? undefined : `Date: ${value} is far from now`;
};

/** Last-Modified is no later than Date. */
export const past: Claim = ({ answer, nowMs }) => {
  const modified = parseDate(answer.fields.get("last-modified") ?? "", nowMs);
  const sent = parseDate(answer.fields.get("date") ?? "", nowMs);
  if (modified === undefined || sent === undefined || modified <= sent) return undefined;
  return `Last-Modified ${answer.fields.get("last-modified")} is after ${answer.fields.get("date")}`;
};

/** No length, no coding: the end of the connection is the end of the body. */
export const delimited: Claim = ({ answer }) =>
  answer.framing === "close" ? "a body that only the end of the connection ends" : undefined;

export function version(wanted: "1.0" | "1.1"): Claim {
  return ({ answer }) => (answer.version === wanted ? undefined : `HTTP/${answer.version}`);
}
