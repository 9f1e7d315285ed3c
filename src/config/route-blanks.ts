// Routes whose path has blanks (":slug", "*"), held against what they lead to: files have no use
// for what was captured, and a redirect can only fill in what its path has captured.

import { type PathPattern, patternOf, piecesOf } from "../base/path-pattern.ts";
import type { Draft } from "./draft.ts";
import type { KeyPath } from "./key.ts";
import type { RouteWords } from "./schema-routes.ts";
import { didYouMean } from "./suggest.ts";

export function checkBlanks(draft: Draft, key: KeyPath, words: RouteWords): void {
  const { files, redirect, path } = words;
  const { names, fixed } = patternOf(path);
  if (files !== undefined && names.length > 0) {
    const hint = `write ${fixed}; it means all that lies below`;
    draft.error([...key, "path"], `${blanks(names)} captures nothing for files`, hint);
  }
  if (redirect === undefined) return;
  const used = piecesOf(redirect).flatMap((piece) => (piece.kind === "blank" ? [piece.name] : []));
  for (const name of new Set(used)) {
    if (names.includes(name)) continue;
    const hint = didYouMean(name, names) ?? unknownHint(name, names);
    draft.error([...key, "redirect"], `the path captures nothing as ${spelled(name)}`, hint);
  }
}

/** As far as routes are told apart: "/blog/:year" and "/blog/:y" are the same. */
export function shapeOf({ segments }: PathPattern): string {
  const texts = segments.map((segment) => {
    if (segment.kind === "text") return segment.text;
    return segment.kind === "one" ? ":" : "*";
  });
  return `/${texts.join("/")}`;
}

function unknownHint(name: string, names: readonly string[]): string {
  if (names.length > 0) return `it captures ${blanks(names)}`;
  const literal = name === "*" ? "%2A" : "%3A";
  return `captures are written in path; for the character itself write ${literal}`;
}

function blanks(names: readonly string[]): string {
  return names.map(spelled).join(", ");
}

function spelled(name: string): string {
  return name === "*" ? "*" : `:${name}`;
}
