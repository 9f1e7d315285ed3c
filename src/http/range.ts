// Which bytes of a representation were asked for? RFC 9110, section 14.
// Decides only, before anything is opened: a range beyond the end must never reach a file.
// Doubts are settled in favour of the whole representation, which is never wrong (14.2).

import { trimText } from "../base/ascii.ts";
import type { Fields } from "./fields.ts";
import { rangeApplies, type Validators } from "./precondition.ts";

export interface ByteRange {
  readonly start: number;
  /** At least 1. */
  readonly length: number;
}

export type RangeChoice =
  | { readonly kind: "whole" }
  | ({ readonly kind: "one" } & ByteRange)
  /** Two or more that do not overlap, in the order asked for; fewer bytes than the whole. */
  | { readonly kind: "many"; readonly ranges: readonly ByteRange[] }
  | { readonly kind: "unsatisfiable" };

export interface RangeLimits {
  /** Ranges of one request; more are answered with the whole. Readers of PDFs ask for a dozen. */
  readonly rangesMax: number;
}

export const DEFAULT_RANGE_LIMITS: RangeLimits = { rangesMax: 32 };

export interface RangeRequest {
  readonly method: string;
  readonly fields: Fields;
  /** Bytes of the representation; at most 2^53 - 1. */
  readonly size: number;
  readonly validators: Validators;
  readonly nowMs: number;
  readonly limits: RangeLimits;
}

const WHOLE: RangeChoice = Object.freeze({ kind: "whole" });

/** The preconditions come first: see evaluatePrecondition(). */
export function chooseRange(request: RangeRequest): RangeChoice {
  const { method, fields, size, limits } = request;
  const field = method === "GET" ? fields.get("range") : undefined;
  if (field === undefined) return WHOLE;
  const asked = parseRanges(field, limits.rangesMax);
  if (asked === undefined || !rangeApplies(request)) return WHOLE;
  const satisfiable = asked
    .map((range) => clamp(range, size))
    .filter((range) => range !== undefined);
  if (satisfiable.length === 0) return { kind: "unsatisfiable" };
  // The last bytes of nothing: satisfiable, but there is no Content-Range for it.
  if (size === 0) return WHOLE;
  const ranges = withoutOverlaps(satisfiable);
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined) return { kind: "one", ...only };
  const total = ranges.reduce((sum, range) => sum + range.length, 0);
  return total >= size ? WHOLE : { kind: "many", ranges };
}

/** Positions as asked for, not yet held against a size. */
type Asked =
  | { readonly kind: "from"; readonly first: number; readonly last: number }
  | { readonly kind: "suffix"; readonly length: number };

const UNIT = "bytes=";

// The unit in any case; undefined for other units, for a set with an unreadable element, and for
// more elements than allowed.
function parseRanges(field: string, rangesMax: number): readonly Asked[] | undefined {
  if (field.slice(0, UNIT.length).toLowerCase() !== UNIT) return undefined;
  const asked: Asked[] = [];
  for (const element of field.slice(UNIT.length).split(",")) {
    const text = trimText(element);
    if (text === "") continue; // empty list elements are skipped (RFC 9110, 5.6.1.2)
    const range = parseRange(text);
    if (range === undefined || asked.length === rangesMax) return undefined;
    asked.push(range);
  }
  return asked.length === 0 ? undefined : asked;
}

// Number() is exact up to 2^53 and never rounds a larger number below it; no representation is
// that long, so digits of any number mean "past the end", as they must.
function parseRange(text: string): Asked | undefined {
  const parts = /^([0-9]*)-([0-9]*)$/.exec(text);
  if (parts === null || text === "-") return undefined;
  const [, first = "", last = ""] = parts;
  if (first === "") return { kind: "suffix", length: Number(last) };
  if (last === "") return { kind: "from", first: Number(first), last: Number.POSITIVE_INFINITY };
  if (isLess(last, first)) return undefined;
  return { kind: "from", first: Number(first), last: Number(last) };
}

/** By their digits: as numbers, 2^53 + 1 and 2^53 would be the same. */
function isLess(one: string, other: string): boolean {
  const [low, high] = [one.replace(/^0+/, ""), other.replace(/^0+/, "")];
  return low.length === high.length ? low < high : low.length < high.length;
}

/** The part of it that exists; undefined when none does. */
function clamp(asked: Asked, size: number): ByteRange | undefined {
  if (asked.kind === "suffix") {
    const length = Math.min(asked.length, size);
    return asked.length === 0 ? undefined : { start: size - length, length };
  }
  if (asked.first >= size) return undefined;
  return { start: asked.first, length: Math.min(asked.last, size - 1) - asked.first + 1 };
}

/**
 * Overlapping ranges become one, in the place of the first (RFC 9110, 15.3.7.2), so that no byte
 * is sent twice: many overlapping ranges once brought servers down (CVE-2011-3192). Ranges that
 * only touch stay apart, as they were asked for.
 */
function withoutOverlaps(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const placed = ranges.map(({ start, length }, place) => ({ start, end: start + length, place }));
  placed.sort((one, other) => one.start - other.start);
  const merged: typeof placed = [];
  for (const range of placed) {
    const before = merged.at(-1);
    if (before === undefined || range.start >= before.end) {
      merged.push(range);
    } else {
      before.end = Math.max(before.end, range.end);
      before.place = Math.min(before.place, range.place);
    }
  }
  merged.sort((one, other) => one.place - other.place);
  return merged.map(({ start, end }) => ({ start, length: end - start }));
}

/** "bytes 0-4/11", for Content-Range (RFC 9110, 14.4). */
export function contentRange({ start, length }: ByteRange, size: number): string {
  return `bytes ${start}-${start + length - 1}/${size}`;
}

/** "bytes *\/11", for the Content-Range of a 416. */
export function unsatisfiedRange(size: number): string {
  return `bytes */${size}`;
}
