// The report for programs: one object, with nothing in it that a case does not say.

import type { Group, Level } from "./case.ts";
import type { Report } from "./report.ts";
import type { Result } from "./run.ts";
import { type Counts, countsOf, resultsOf, tally } from "./tally.ts";
import { receivedLines, sentLines } from "./transcript.ts";

export interface ReportObject {
  readonly url: string;
  readonly server: string | undefined;
  readonly seconds: number;
  readonly passed: boolean;
  /** Why not everything could be asked. */
  readonly stopped?: string;
  readonly counts: Counts;
  readonly groups: readonly {
    readonly name: string;
    readonly title: string;
    readonly counts: Counts;
  }[];
  readonly results: readonly ResultObject[];
}

export interface ResultObject {
  readonly id: string;
  readonly level: Level;
  readonly section: string;
  readonly rule: string;
  readonly outcome: Result["kind"];
  /** What was wrong, or why it was skipped. */
  readonly why?: string;
  readonly sent?: readonly string[];
  readonly came?: readonly string[];
}

export function reportObject({ url, groups, outcome, seconds, isStrict }: Report): ReportObject {
  const { results, facts, stopped } = outcome;
  const { passed, counts } = tally(outcome, isStrict);
  return {
    url,
    server: facts.whole.fields.get("server"),
    seconds: Math.round(seconds * 10) / 10,
    passed,
    ...(stopped === undefined ? {} : { stopped }),
    counts,
    groups: groups.map((group) => groupObject(group, results)),
    results: results.map(resultObject),
  };
}

function groupObject(group: Group, results: readonly Result[]): ReportObject["groups"][number] {
  const { name, title } = group;
  return { name, title, counts: countsOf(resultsOf(group, results)) };
}

function resultObject(result: Result): ResultObject {
  const { level, section, rule } = result.checked;
  const about = { id: result.id, level, section, rule, outcome: result.kind };
  switch (result.kind) {
    case "passed":
      return about;
    case "skipped":
      return { ...about, why: result.why };
    case "failed": {
      const { complaint: why, exchange } = result;
      if (exchange === undefined) return { ...about, why };
      return { ...about, why, sent: sentLines(exchange), came: receivedLines(exchange) };
    }
    default:
      return result satisfies never;
  }
}
