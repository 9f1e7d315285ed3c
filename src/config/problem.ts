// What is wrong, where, and what would help, for the person who wrote the file. A Problem is a
// value; printing comes in two sizes: a page for people who are looking at it (source line, caret,
// hint), and one line for journals and for programs that started us.

import { harmless, shortened } from "./reading.ts";

/** Where a value was written. */
export interface Place {
  /** The file as the user named it, or the flag or variable: "ferrox.yml", "--port", "PORT". */
  readonly name: string;
  /** Absent when the name is all there is: a flag, or a file that could not be read. */
  readonly spot?: Spot;
}

export interface Spot {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
  /** The whole line, without its line break. */
  readonly source: string;
  /** Characters to underline, at least 1. */
  readonly width: number;
}

export interface Problem {
  readonly place: Place;
  /** "server.http_port", "routes[1].path"; "" when it concerns the whole file. */
  readonly key: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly severity: "error" | "warning";
}

/** "ferrox.yml:12:5", or only the name. */
export function placeText(place: Place): string {
  const { name, spot } = place;
  return spot === undefined ? name : `${name}:${spot.line}:${spot.column}`;
}

/** In the order of the file; what has no line (flags, variables) comes first. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const rank = ({ place }: Problem) => [place.spot?.line ?? 0, place.spot?.column ?? 0] as const;
  return problems.toSorted((one, other) => {
    const [line, column] = rank(one);
    const [otherLine, otherColumn] = rank(other);
    return line - otherLine || column - otherColumn;
  });
}

export interface PrintOptions {
  readonly isColoured: boolean;
}

/** All of them, each with its source line; ends with a line break. */
export function printProblems(problems: readonly Problem[], options: PrintOptions): string {
  const paint = options.isColoured ? coloured : plain;
  return sortProblems(problems)
    .map((problem) => page(problem, paint))
    .join("");
}

const LINE_CHARACTERS_MAX = 380;

/** The first error, and how many more there are, on one line without a line break. */
export function problemsInOneLine(problems: readonly Problem[]): string {
  const sorted = sortProblems(problems);
  const first = sorted.find(({ severity }) => severity === "error") ?? sorted[0];
  if (first === undefined) return "";
  const more = problems.length - 1;
  const rest = more === 0 ? "" : ` (and ${more} more: see ferrox check)`;
  const hint = first.hint === undefined ? "" : ` (${first.hint})`;
  const text = harmless(headline(first, plain) + hint);
  return shortened(text, LINE_CHARACTERS_MAX - rest.length) + rest;
}

type Paint = (style: "place" | "error" | "warning" | "quiet", text: string) => string;

const plain: Paint = (_style, text) => text;

const STYLES = { place: "1", error: "1;31", warning: "1;33", quiet: "2" } as const;

const coloured: Paint = (style, text) => `\u001b[${STYLES[style]}m${text}\u001b[0m`;

// A key may be as long as the file.
const KEY_CHARACTERS_MAX = 100;

function headline({ place, key, message, severity }: Problem, paint: Paint): string {
  const kind = severity === "warning" ? `${paint("warning", "warning")}: ` : "";
  const subject =
    key === "" || key === place.name ? "" : `${harmless(shortened(key, KEY_CHARACTERS_MAX))}: `;
  return `${paint("place", harmless(placeText(place)))}: ${kind}${subject}${harmless(message)}`;
}

function page(problem: Problem, paint: Paint): string {
  const lines = [headline(problem, paint)];
  const { spot } = problem.place;
  const margin = spot === undefined ? "" : " ".repeat(String(spot.line).length);
  if (spot !== undefined) {
    const { text, caretAt, caretWidth } = excerpt(spot);
    const caret = paint(problem.severity, "^".repeat(caretWidth));
    lines.push(`  ${paint("quiet", `${spot.line} |`)} ${text}`.trimEnd());
    lines.push(`  ${paint("quiet", `${margin} |`)} ${" ".repeat(caretAt)}${caret}`);
  }
  if (problem.hint !== undefined) {
    lines.push(`  ${margin}${margin === "" ? "" : " "}${paint("quiet", "=")} ${problem.hint}`);
  }
  return `${lines.join("\n")}\n`;
}

const EXCERPT_CHARACTERS = 100;

/** The part of a line around the spot: a line may be a megabyte long. */
function excerpt(spot: Spot): { text: string; caretAt: number; caretWidth: number } {
  const at = spot.column - 1;
  const start = at < EXCERPT_CHARACTERS - 20 ? 0 : at - 40;
  const end = start + EXCERPT_CHARACTERS;
  const cutLeft = start > 0 ? "…" : "";
  const cutRight = spot.source.length > end ? "…" : "";
  const caretAt = at - start + cutLeft.length;
  const text = cutLeft + oneWide(spot.source.slice(start, end)) + cutRight;
  const room = Math.max(1, text.length - caretAt);
  return { text, caretAt, caretWidth: Math.max(1, Math.min(spot.width, room)) };
}

/** As harmless(), but character for character, so that the caret stays under its word. */
function oneWide(text: string): string {
  return text
    .replace(/\t/g, " ")
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}
