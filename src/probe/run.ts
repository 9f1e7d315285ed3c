// All cases against one server: a few at a time, each on a connection of its own, and never
// longer than it was told. Whether that server may be asked is not decided here.

import type { Clock } from "../base/clock.ts";
import type { Case, Group } from "./case.ts";
import { converse, type Exchange, type Patience } from "./conversation.ts";
import { discover, type Facts } from "./facts.ts";
import {
  filled,
  filledStep,
  nameWithout,
  type Place,
  textOf,
  type Values,
  valuesOf,
  WITHOUT,
} from "./filling.ts";
import { complaint } from "./judge.ts";
import type { Dial, Wire } from "./wire.ts";

export interface ProbeLimits extends Patience {
  readonly connectionsMax: number;
  /** For a server that is started again by whoever watches over it. */
  readonly restartMs: number;
  /** Before a case that broke is asked again. */
  readonly recoverMs: number;
  /** For all of it; what was not asked by then is skipped. */
  readonly totalMs: number;
}

export const DEFAULT_PROBE_LIMITS: ProbeLimits = {
  connectionsMax: 8,
  totalMs: 180_000,
  restartMs: 2_000,
  recoverMs: 250,
  answerMs: 5_000,
  // Some servers read for five seconds before they close: that is politeness (RFC 9112, 9.6).
  closeMs: 6_000,
  settleMs: 120,
  dripMs: 1,
  receivedBytesMax: 8 * 1024 * 1024,
};

export interface ProbeJob {
  readonly dial: Dial;
  readonly place: Place;
  readonly groups: readonly Group[];
  readonly limits: ProbeLimits;
  readonly clock: Clock;
  /** After each case. */
  progress(done: number, total: number, id: string): void;
}

export type Result = {
  /** "host/missing" */
  readonly id: string;
  readonly group: Group;
  readonly checked: Case;
} & (
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly complaint: string; readonly exchange: Exchange | undefined }
  | { readonly kind: "skipped"; readonly why: string }
);

export type ProbeOutcome =
  | {
      readonly kind: "results";
      readonly facts: Facts;
      readonly results: readonly Result[];
      /** Why not everything could be asked; undefined: it could. */
      readonly stopped: string | undefined;
    }
  | { readonly kind: "nothing"; readonly why: string };

/** @throws what dial throws, as long as nobody has answered yet */
export async function runProbe(job: ProbeJob): Promise<ProbeOutcome> {
  const { dial, place, limits, clock } = job;
  const endMs = clock.monotonicMs() + limits.totalMs;
  const discovery = await discover(dial, place, limits, clock);
  if (discovery.kind === "nothing") return discovery;
  const { facts } = discovery;
  const run: Run = {
    job,
    facts,
    values: valuesOf(facts, clock.wallMs()),
    endMs,
    stopped: undefined,
  };
  const wanted = job.groups.flatMap((group) =>
    group.cases.map((checked) => ({ id: `${group.name}/${checked.id}`, group, checked })),
  );
  const results: Result[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < wanted.length; at = next++) {
      const one = wanted[at];
      if (one === undefined) return;
      results[at] = { ...one, ...(await judged(one.checked, run)) };
      job.progress(++done, wanted.length, one.id);
    }
  };
  await Promise.all(Array.from({ length: limits.connectionsMax }, worker));
  await askAgain(results, run);
  return { kind: "results", facts, results, stopped: run.stopped };
}

/**
 * Where one case brings a server down, those asked at the same time break with it. So whatever
 * broke is asked again, alone, and after a while: a server that is going down still accepts.
 */
async function askAgain(results: Result[], run: Run): Promise<void> {
  const broken = [...results.entries()].filter(([, result]) => isBroken(result));
  for (const [at, result] of broken.slice(0, AGAIN_MAX)) {
    await pause(run.job.limits.recoverMs);
    const verdict = await judged(result.checked, run);
    if (run.stopped !== undefined) return;
    results[at] = { id: result.id, group: result.group, checked: result.checked, ...verdict };
  }
}

/** More than that is no accident. */
const AGAIN_MAX = 40;

interface Run {
  readonly job: ProbeJob;
  readonly facts: Facts;
  readonly values: Values;
  readonly endMs: number;
  stopped: string | undefined;
}

type Verdict =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly complaint: string; readonly exchange: Exchange | undefined }
  | { readonly kind: "skipped"; readonly why: string };

const OUT_OF_TIME = "no time was left";
const GONE = "the server had gone";

/** The connection ended where it may not: by this case, or by one that was asked beside it. */
function isBroken(verdict: Verdict): boolean {
  if (verdict.kind !== "failed") return false;
  const { exchange } = verdict;
  if (exchange === undefined || exchange.ending === "reset") return true;
  const isUnanswered = exchange.reading.answers.length === 0 || exchange.followUp === "none";
  return isUnanswered && exchange.ending === "finished";
}

async function judged(checked: Case, run: Run): Promise<Verdict> {
  const { job, facts, values } = run;
  const { limits, clock } = job;
  const needs = (checked.needs ?? []).map((name) => `{${name}}`);
  const lacking = nameWithout(values, [...needs, ...checked.send.map(textOf)]);
  if (lacking !== undefined) return { kind: "skipped", why: WITHOUT[lacking] ?? lacking };
  if (clock.monotonicMs() > run.endMs) run.stopped ??= OUT_OF_TIME;
  if (run.stopped !== undefined) return { kind: "skipped", why: run.stopped };
  const wire = await dialed(run);
  if (typeof wire === "string") return { kind: "failed", complaint: wire, exchange: undefined };
  const script = {
    steps: checked.send.map((step) => filledStep(step, values)),
    methods: checked.methods ?? ["GET"],
    expect: checked.expect,
    followUp: filled(FOLLOW_UP, values),
  };
  const exchange = await converse(wire, script, limits, clock);
  const wrong = complaint({ checked, exchange, facts, values, nowMs: clock.wallMs() });
  return wrong === undefined ? { kind: "passed" } : { kind: "failed", complaint: wrong, exchange };
}

const FOLLOW_UP = "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";

/** A text: why there is no connection, and there will be none. */
async function dialed(run: Run): Promise<Wire | string> {
  const { dial, clock, limits } = run.job;
  const endMs = clock.monotonicMs() + limits.restartMs;
  for (;;) {
    try {
      return await dial();
    } catch (error) {
      if (clock.monotonicMs() >= endMs) {
        run.stopped ??= GONE;
        return `no connection: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    await pause(REDIAL_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const REDIAL_MS = 50;
