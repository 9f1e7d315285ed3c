// Range once more, so slowly that its truth can be seen: every position of the representation is
// looked at for every range, and every sentence of RFC 9110 stands beside the line that is made
// of it. Shares nothing with src/http/range.ts but the form of the answer.

import type { RangeChoice } from "../../src/http/range.ts";

export function rangeByTheBook(field: string, size: number, rangesMax: number): RangeChoice {
  const [unit = "", ...rest] = field.split("=");
  // 14.1: range-unit names are case-insensitive. 14.2: one that is not understood is ignored.
  if (unit.toLowerCase() !== "bytes" || rest.length === 0) return { kind: "whole" };
  // 5.6.1.2: a recipient must parse and ignore empty list elements, blanks around the others.
  const elements = rest
    .join("=")
    .split(",")
    .map((element) => element.replace(/^[ \t]*/, "").replace(/[ \t]*$/, ""))
    .filter((element) => element !== "");
  // 14.2: a server may ignore an invalid ranges-specifier, and one of many small ranges.
  if (elements.length === 0 || elements.length > rangesMax) return { kind: "whole" };
  if (!elements.every(isRange)) return { kind: "whole" };

  const asked = elements.map((element) => positionsOf(element, size));
  const satisfiable = asked.filter((positions) => positions.length > 0);
  if (satisfiable.length === 0) {
    // 14.1.2: any suffix but an empty one is satisfiable, even where there is nothing to give.
    const isSatisfiable = elements.some((element) => /^-0*[1-9]/.test(element));
    return isSatisfiable ? { kind: "whole" } : { kind: "unsatisfiable" };
  }
  const pieces = coalesced(satisfiable).map((positions) => ({
    start: Math.min(...positions),
    length: positions.length,
  }));
  const [only] = pieces;
  // 15.3.7.1: a single part is not packed.
  if (pieces.length === 1 && only !== undefined) return { kind: "one", ...only };
  // 14.2: everything in pieces is better given as the whole.
  const total = pieces.reduce((sum, { length }) => sum + length, 0);
  return total === size ? { kind: "whole" } : { kind: "many", ranges: pieces };
}

/** 14.1.1: int-range = first-pos "-" [ last-pos ], suffix-range = "-" suffix-length. */
function isRange(element: string): boolean {
  const dash = element.indexOf("-");
  const first = element.slice(0, dash);
  const last = element.slice(dash + 1);
  const areDigits = (text: string) => [...text].every((one) => "0123456789".includes(one));
  if (dash < 0 || !areDigits(first) || !areDigits(last)) return false;
  if (first === "") return last !== "";
  // An int-range is invalid if the last-pos value is present and less than first-pos.
  return last === "" || BigInt(last) >= BigInt(first);
}

/** Each position of the representation that the range speaks of, in order. */
function positionsOf(element: string, size: number): readonly number[] {
  const [first = "", last = ""] = element.split("-");
  const all = Array.from({ length: size }, (_, at) => at);
  return all.filter((at) => {
    // 14.1.2: the last suffix-length bytes; all of them if there are fewer.
    if (first === "") return BigInt(size - at) <= BigInt(last);
    return BigInt(at) >= BigInt(first) && (last === "" || BigInt(at) <= BigInt(last));
  });
}

/** 15.3.7.2: a server may coalesce ranges that overlap. Two at a time, until none do. */
function coalesced(ranges: readonly (readonly number[])[]): readonly (readonly number[])[] {
  for (const [index, one] of ranges.entries()) {
    for (const [later, other] of ranges.entries()) {
      if (later <= index || !other.some((at) => one.includes(at))) continue;
      const joined = [...new Set([...one, ...other])].sort((a, b) => a - b);
      return coalesced(
        ranges.flatMap((range, at) => (at === index ? [joined] : at === later ? [] : [range])),
      );
    }
  }
  return ranges;
}
