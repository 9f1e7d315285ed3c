// The report for people: a table of what passed, then each thing that did not, worst first: the
// rule, what was sent, what came back.

import { type Group, LEVELS, type Level } from "./case.ts";
import type { ProbeOutcome } from "./run.ts";
import {
  type Count,
  countsOf,
  type Failure,
  failuresAt,
  resultsOf,
  skippedWhy,
  tally,
} from "./tally.ts";
import { escaped, receivedLines, sentLines } from "./transcript.ts";

export interface Report {
  readonly url: string;
  readonly groups: readonly Group[];
  readonly outcome: Extract<ProbeOutcome, { kind: "results" }>;
  readonly seconds: number;
  readonly isStrict: boolean;
}

export interface Look {
  readonly isColoured: boolean;
  readonly columns: number;
}

export function reportText(report: Report, look: Look): string {
  const paint = look.isColoured ? coloured : plain;
  const { outcome, groups, isStrict } = report;
  const lines = [
    "",
    `  ${paint("bold", report.url)}${serverText(report)}`,
    "",
    ...table(groups, outcome, paint),
    "",
    ...LEVELS.flatMap((level) => section(level, report, paint, look)),
    ...skippedLines(report, look),
    ...verdict(report, paint, isStrict),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

type Colour = "bold" | "red" | "yellow" | "green" | "dim";
type Paint = (colour: Colour, text: string) => string;

const CODES: Readonly<Record<Colour, number>> = { bold: 1, red: 31, yellow: 33, green: 32, dim: 2 };

const coloured: Paint = (colour, text) => `\x1b[${CODES[colour]}m${text}\x1b[0m`;
const plain: Paint = (_colour, text) => text;

function serverText({ outcome }: Report): string {
  const server = outcome.facts.whole.fields.get("server");
  return server === undefined ? "" : `  ${escaped(server).slice(0, 60)}`;
}

function table(
  groups: readonly Group[],
  { results }: Report["outcome"],
  paint: Paint,
): readonly string[] {
  const width = Math.max(...groups.map(({ title }) => title.length));
  const cells = (counts: Readonly<Record<Level, Count>>) =>
    LEVELS.map((level) => cell(counts[level], level, paint)).join("");
  const row = (title: string, counts: Readonly<Record<Level, Count>>) =>
    `  ${title.padEnd(width)}${cells(counts)}`.trimEnd();
  return [
    paint("dim", `  ${"".padEnd(width)}${LEVELS.map((level) => level.padStart(10)).join("")}`),
    ...groups.map((group) => row(group.title, countsOf(resultsOf(group, results)))),
    paint("dim", `  ${"".padEnd(width)}${LEVELS.map(() => "───────".padStart(10)).join("")}`),
    row("all", countsOf(results)),
  ];
}

function cell({ passed, run }: Count, level: Level, paint: Paint): string {
  const text = (run === 0 ? "–" : `${passed}/${run}`).padStart(10);
  if (run === 0) return paint("dim", text);
  return passed === run ? text : paint(COLOUR[level], text);
}

const COLOUR: Readonly<Record<Level, Colour>> = { must: "red", should: "yellow", house: "dim" };

const HEADING: Readonly<Record<Level, string>> = {
  must: "Broken rules",
  should: "Recommendations not kept",
  house: "Stricter than the standard (does not count)",
};

function section(level: Level, report: Report, paint: Paint, look: Look): string[] {
  const failures = failuresAt(level, report.outcome.results);
  if (failures.length === 0) return [];
  const heading =
    level === "house" && report.isStrict ? "Stricter than the standard" : HEADING[level];
  return [
    `  ${paint("bold", `${heading}: ${failures.length}`)}`,
    "",
    ...failures.flatMap((failure) => failureLines(failure, paint, look)),
  ];
}

function failureLines(failure: Failure, paint: Paint, { columns }: Look): string[] {
  const { id, checked, complaint, exchange } = failure;
  const labelled = (label: string, texts: readonly string[]) =>
    texts.flatMap((text, at) =>
      wrapped(text, columns - INDENT).map(
        (line, lineAt) =>
          `    ${paint("dim", (at + lineAt === 0 ? label : "").padEnd(LABEL))}${line}`,
      ),
    );
  return [
    `  ${paint(COLOUR[checked.level], "✗")} ${id}  ${paint("dim", checked.section)}`,
    ...labelled("", [checked.rule]),
    ...labelled("wrong", [escaped(complaint)]),
    ...(exchange === undefined ? [] : labelled("sent", sentLines(exchange))),
    ...(exchange === undefined ? [] : labelled("came", receivedLines(exchange))),
    "",
  ];
}

const LABEL = 7;
const INDENT = 4 + LABEL;

/** Broken at spaces where there are any, at the edge where not. */
export function wrapped(text: string, columns: number): string[] {
  const width = Math.max(20, columns);
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const end = space > width / 2 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(space > width / 2 ? end + 1 : end);
  }
  return [...lines, rest];
}

function skippedLines({ outcome }: Report, { columns }: Look): string[] {
  const reasons = skippedWhy(outcome.results);
  if (reasons.length === 0) return [];
  const text = reasons.map(([why, count]) => `${why} (${count})`).join(", ");
  const lines = wrapped(`Not asked: ${text}`, columns - 2);
  return [...lines.map((line) => `  ${line}`), ""];
}

function verdict({ outcome, seconds }: Report, paint: Paint, isStrict: boolean): string[] {
  const { passed, counts } = tally(outcome, isStrict);
  const parts = LEVELS.map((level) => {
    const { passed: good, run } = counts[level];
    return `${level} ${good} of ${run}`;
  });
  const { stopped } = outcome;
  const end = stopped === undefined ? "" : `; not everything was asked: ${stopped}`;
  const word = passed ? paint("green", "passed") : paint("red", "failed");
  return [`  ${word}: ${parts.join(", ")}, in ${seconds.toFixed(1)} s${end}`];
}
