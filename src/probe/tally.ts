// How many passed, and what that means. A broken `must` fails a server. A `should` may be left
// out for a reason, and `house` is our own taste: they count only when asked to (--strict).

import { type Group, LEVELS, type Level } from "./case.ts";
import type { ProbeOutcome, Result } from "./run.ts";

export interface Count {
  readonly passed: number;
  /** Skipped ones are not among them. */
  readonly run: number;
}

export type Counts = Readonly<Record<Level, Count>>;

export interface Tally {
  /** Everything was asked, and what counts has passed. */
  readonly passed: boolean;
  readonly counts: Counts;
}

export function tally({ results, stopped }: Outcome, isStrict: boolean): Tally {
  const counts = countsOf(results);
  const counting = isStrict ? LEVELS : (["must"] as const);
  const isKept = counting.every((level) => counts[level].passed === counts[level].run);
  return { passed: isKept && stopped === undefined, counts };
}

/** The part of an outcome that counts. */
export type Outcome = Pick<Extract<ProbeOutcome, { kind: "results" }>, "results" | "stopped">;

export function countsOf(results: readonly Result[]): Counts {
  const count = (level: Level): Count => {
    const run = results.filter((one) => one.checked.level === level && one.kind !== "skipped");
    return { passed: run.filter(({ kind }) => kind === "passed").length, run: run.length };
  };
  return { must: count("must"), should: count("should"), house: count("house") };
}

export function resultsOf(group: Group, results: readonly Result[]): readonly Result[] {
  return results.filter((one) => one.group.name === group.name);
}

export type Failure = Extract<Result, { kind: "failed" }>;

export function failuresAt(level: Level, results: readonly Result[]): readonly Failure[] {
  return results
    .filter((one) => one.kind === "failed")
    .filter((one) => one.checked.level === level);
}

/** Why cases were skipped, and how many, the most common reason first. */
export function skippedWhy(results: readonly Result[]): readonly (readonly [string, number])[] {
  const reasons = new Map<string, number>();
  for (const one of results) {
    if (one.kind === "skipped") reasons.set(one.why, (reasons.get(one.why) ?? 0) + 1);
  }
  return [...reasons].sort(([, one], [, other]) => other - one);
}
