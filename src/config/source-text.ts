// The text of a configuration file with its lines, so that an offset becomes a Place.

import { LineCounter } from "yaml";
import type { Place, Problem } from "./problem.ts";

export interface SourceText {
  /** Without a byte order mark. */
  readonly text: string;
  placeAt(offset: number, length?: number): Place;
  /** A Problem of the file itself, not of a key in it. */
  problemAt(offset: number, message: string, hint?: string): Problem;
}

/** @param file as the user named it */
export function sourceTextOf(withMark: string, file: string): SourceText {
  const text = withMark.startsWith("\ufeff") ? withMark.slice(1) : withMark;
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    lines.addNewLine(at + 1);
  }

  const placeAt = (offset: number, length = 1): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    const start = offset - (col - 1);
    const end = text.indexOf("\n", start);
    const source = text.slice(start, end < 0 ? text.length : end).replace(/\r$/, "");
    // What goes on over several lines is underlined to the end of its first.
    // Nor is there anything to see in the line break itself.
    const column = Math.min(col, source.length + 1);
    const width = Math.max(1, Math.min(length, source.length - (column - 1)));
    return { name: file, spot: { line, column, source, width } };
  };
  return {
    text,
    placeAt,
    problemAt: (offset, message, hint) => ({
      place: placeAt(offset),
      key: "",
      message,
      hint,
      severity: "error",
    }),
  };
}
