// Text as it may stand in HTML: between tags and inside quoted attributes. Not for URLs, scripts or
// styles; those have their own rules. The only file that knows the library `he`.

import he from "he";

/**
 * `& < > " '` and backtick become references. Half surrogate pairs, which is how bytes that are no
 * UTF-8 stand in names, become U+FFFD: they could not be encoded as UTF-8.
 */
export function escapeHtml(text: string): string {
  return he.escape(text.replace(HALF_PAIR, "\u{fffd}"));
}

const HALF_PAIR = /\p{Surrogate}/gu;
