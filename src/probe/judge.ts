// Was that right? One case held against what came back. Pure, and in the order of gravity: bytes
// that were run and are no request come before everything else.

import type { Case, Expectation } from "./case.ts";
import { type Exchange, saysClose } from "./conversation.ts";
import type { Facts } from "./facts.ts";
import { filled, type Values } from "./filling.ts";
import { isStatusIn, statusesText } from "./statuses.ts";

export interface Trial {
  readonly checked: Case;
  readonly exchange: Exchange;
  readonly facts: Facts;
  readonly values: Values;
  readonly nowMs: number;
}

/** What is wrong, as a sentence without its end; undefined: nothing. */
export function complaint(trial: Trial): string | undefined {
  return (
    smuggled(trial) ??
    formFault(trial) ??
    missingAnswer(trial) ??
    wrongStatus(trial) ??
    interimFault(trial) ??
    connectionFault(trial) ??
    claimFault(trial)
  );
}

function smuggled({ checked, exchange }: Trial): string | undefined {
  const { answers } = exchange.reading;
  // The follow-up, if there was one, is the only one that may come beside those expected.
  const due = checked.expect.answers.length + (exchange.followUp === undefined ? 0 : 1);
  const spare = answers[due];
  if (spare === undefined) return undefined;
  const isComplaint = isStatusIn(COMPLAINTS, spare.status) && answers.length === due + 1;
  if (checked.expect.mayComplain === true && isComplaint) return undefined;
  return spare.status < 400
    ? `RUN AS A REQUEST: bytes inside or behind the message were answered with ${spare.status}`
    : `bytes inside or behind the message were answered with ${spare.status}`;
}

const COMPLAINTS = "400 408 413 431";

function formFault({ exchange }: Trial): string | undefined {
  const { reading, ending, spokeEarly } = exchange;
  if (spokeEarly) return "it spoke before the request was complete";
  if (reading.fault !== undefined) return `not a well-formed answer: ${reading.fault}`;
  if (ending === "flooded us") return "it sends without end";
  return undefined;
}

function missingAnswer({ checked, exchange }: Trial): string | undefined {
  const { answers, atLeast = answers.length, mayWait = false } = checked.expect;
  const got = exchange.reading.answers.length;
  if (got >= answers.length) return undefined;
  const isOpen = exchange.ending === "open";
  if (isOpen && mayWait) return undefined;
  if (exchange.reading.restBytes > 0) {
    return isOpen ? "an answer that never ended" : "the connection ended inside an answer";
  }
  if (!isOpen && got >= atLeast) return undefined;
  const which = answers.length === 1 ? "no answer" : `${got} of ${answers.length} answers`;
  return `${which}, and the connection ${endText(exchange)}`;
}

function endText({ ending }: Exchange): string {
  if (ending === "open") return "stayed open";
  return ending === "reset" ? "was reset" : "was closed";
}

function wrongStatus({ checked, exchange, values }: Trial): string | undefined {
  for (const [at, set] of checked.expect.answers.entries()) {
    const answer = exchange.reading.answers[at];
    if (answer === undefined) return undefined;
    const wanted = filled(set, values);
    if (!isStatusIn(wanted, answer.status)) {
      const which = checked.expect.answers.length === 1 ? "" : ` in answer ${at + 1}`;
      return `${answer.status}${which}, where ${statusesText(wanted)} is right`;
    }
  }
  return undefined;
}

function interimFault({ checked, exchange }: Trial): string | undefined {
  if (checked.expect.interim !== "none") return undefined;
  const { answers, interim } = exchange.reading;
  const sent = [...answers.flatMap((answer) => answer.interim), ...interim];
  return sent.length === 0 ? undefined : `an interim answer ${sent[0]} to somebody who knows none`;
}

function connectionFault({ checked, exchange }: Trial): string | undefined {
  const { connection, answers } = checked.expect;
  if (connection === undefined) return undefined;
  if (connection === "closed" || closesAsSaid(connection, exchange)) {
    const said = connection === "as said" ? "said close and stayed open" : "stayed open";
    return exchange.ending === "open" ? `the connection ${said}` : undefined;
  }
  // It ended early, where it may.
  if (exchange.reading.answers.length < answers.length) return undefined;
  const { followUp } = exchange;
  if (followUp === "none" || followUp === undefined) {
    return `the next request on the connection got no answer: it ${endText(exchange)}`;
  }
  const isAlike = followUp.status === 200;
  return isAlike ? undefined : `the next request on the connection got ${followUp.status}`;
}

function closesAsSaid(connection: Expectation["connection"], { reading, followUp }: Exchange) {
  const last = reading.answers.at(-1);
  return (
    connection === "as said" && followUp === undefined && last !== undefined && saysClose(last)
  );
}

function claimFault({ checked, exchange, facts, nowMs }: Trial): string | undefined {
  const { answers } = exchange.reading;
  const [answer] = answers;
  if (answer === undefined) return undefined;
  for (const claim of checked.expect.claims ?? []) {
    const wrong = claim({ answer, answers, facts, nowMs });
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
