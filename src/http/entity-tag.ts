// Entity tags: names for one state of a representation. RFC 9110, section 8.8.3.
// Read in one pass and without expressions that could backtrack; a tag may hold commas, so lists
// cannot simply be split.

import { COMMA, DQUOTE, isWhitespace, trimText } from "../base/ascii.ts";

export interface EntityTag {
  /** Equal in meaning, but perhaps not byte by byte. */
  readonly weak: boolean;
  /** What stands between the quotes. */
  readonly opaque: string;
}

/** One tag, as in ETag and If-Range; undefined when it is none. */
export function parseEntityTag(text: string): EntityTag | undefined {
  const trimmed = trimText(text);
  const end = tagEnd(trimmed, 0);
  return end === trimmed.length ? tagOf(trimmed) : undefined;
}

/**
 * What If-Match and If-None-Match hold: any state ("*"), or some. Empty list elements are
 * skipped (RFC 9110, section 5.6.1.2). undefined: not readable as either, or no tag at all.
 */
export function parseEntityTags(text: string): readonly EntityTag[] | "*" | undefined {
  if (trimText(text) === "*") return "*";
  const tags: EntityTag[] = [];
  let mayBegin = true;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === COMMA || isWhitespace(code)) {
      mayBegin ||= code === COMMA;
      at++;
      continue;
    }
    const end = mayBegin ? tagEnd(text, at) : -1;
    if (end < 0) return undefined;
    tags.push(tagOf(text.slice(at, end)));
    mayBegin = false;
    at = end;
  }
  return tags.length === 0 ? undefined : tags;
}

/** The same state in meaning: good enough to answer 304. */
export function weakMatch(one: EntityTag, other: EntityTag): boolean {
  return one.opaque === other.opaque;
}

/** The same bytes for sure: needed for ranges and before changing anything. */
export function strongMatch(one: EntityTag, other: EntityTag): boolean {
  return !one.weak && !other.weak && one.opaque === other.opaque;
}

/** As it stands in a field. `opaque` must hold no quote, space or control character. */
export function formatEntityTag(tag: EntityTag): string {
  return tag.weak ? `W/"${tag.opaque}"` : `"${tag.opaque}"`;
}

/** Where the tag that begins here ends; -1 when none does. "W/" is case-sensitive. */
function tagEnd(text: string, start: number): number {
  const quote = text.startsWith("W/", start) ? start + 2 : start;
  if (text.charCodeAt(quote) !== DQUOTE) return -1;
  for (let at = quote + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DQUOTE) return at + 1;
    // etagc: visible ASCII and obs-text. A backslash is a character like any other.
    if (code <= 0x20 || code === 0x7f) return -1;
  }
  return -1;
}

function tagOf(text: string): EntityTag {
  const weak = text.startsWith("W/");
  return { weak, opaque: text.slice(weak ? 3 : 1, -1) };
}
