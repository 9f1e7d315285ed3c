// May this request go on, given what the client already knows? RFC 9110, section 13.
// Decides only; 304 and 412 are made by the handler. Asked for a request that would otherwise
// succeed: a 404 stays a 404, whatever its conditions (section 13.2.1).

import { parseDate } from "./date.ts";
import {
  type EntityTag,
  parseEntityTag,
  parseEntityTags,
  strongMatch,
  weakMatch,
} from "./entity-tag.ts";
import type { Fields } from "./fields.ts";

/** "not-modified": 304. "failed": 412. */
export type Precondition = "proceed" | "not-modified" | "failed";

/** What names the present state of a representation. */
export interface Validators {
  /** As in the ETag field: `"…"` or `W/"…"`. */
  readonly etag: string | undefined;
  readonly lastModifiedMs: number | undefined;
}

export interface Conditional {
  readonly method: string;
  readonly fields: Fields;
  /** undefined: there is nothing there yet (a PUT that would create it). */
  readonly validators: Validators | undefined;
  readonly nowMs: number;
}

/** In the order of RFC 9110, section 13.2.2; the fifth step is rangeApplies(). */
export function evaluatePrecondition(conditional: Conditional): Precondition {
  const { method, fields } = conditional;
  if (SELECTS_NOTHING.has(method)) return "proceed";
  const reads = method === "GET" || method === "HEAD";

  const ifMatch = fields.get("if-match");
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, conditional.validators)) return "failed";
  } else if (changedSince("if-unmodified-since", conditional) === true) {
    return "failed";
  }

  const ifNoneMatch = fields.get("if-none-match");
  if (ifNoneMatch !== undefined) {
    if (!isKnown(ifNoneMatch, conditional.validators, reads)) return "proceed";
    return reads ? "not-modified" : "failed";
  }
  if (reads && changedSince("if-modified-since", conditional) === false) return "not-modified";
  return "proceed";
}

/** Is the part that the client has of the very representation that we have? If-Range, 13.1.5. */
export function rangeApplies(conditional: Omit<Conditional, "method">): boolean {
  const { fields, validators, nowMs } = conditional;
  const ifRange = fields.get("if-range");
  if (ifRange === undefined) return true;
  const tag = parseEntityTag(ifRange);
  if (tag !== undefined) {
    const current = currentTag(validators);
    return current !== undefined && strongMatch(tag, current);
  }
  const dateMs = parseDate(ifRange, nowMs);
  const modifiedMs = wholeSeconds(validators?.lastModifiedMs);
  // Equal, not just later: another clock may have written a later date. And that second must be
  // over, or the file might still change within it without the date saying so (8.8.2.2).
  return dateMs !== undefined && dateMs === modifiedMs && nowMs >= modifiedMs + 1000;
}

/** Methods without a selected representation ignore all conditions (RFC 9110, 13.2.1). */
const SELECTS_NOTHING: ReadonlySet<string> = new Set(["CONNECT", "OPTIONS", "TRACE"]);

/** If-Match: is there a state, and is it one of these, byte by byte? Unreadable is no. */
function matches(field: string, validators: Validators | undefined): boolean {
  const wanted = parseEntityTags(field);
  if (wanted === "*") return validators !== undefined;
  const current = currentTag(validators);
  if (wanted === undefined || current === undefined) return false;
  return wanted.some((tag) => strongMatch(tag, current));
}

/**
 * If-None-Match: is the present state one of these? A field that cannot be read matches nothing
 * when only reading (the whole answer is never wrong); a change is held back by it, because it
 * was meant to protect somebody's work.
 */
function isKnown(field: string, validators: Validators | undefined, reads: boolean): boolean {
  const known = parseEntityTags(field);
  if (known === "*") return validators !== undefined;
  if (known === undefined) return !reads;
  const current = currentTag(validators);
  return current !== undefined && known.some((tag) => weakMatch(tag, current));
}

/** undefined: no such field, no valid date in it, or no date of ours: it is then ignored. */
function changedSince(
  name: "if-modified-since" | "if-unmodified-since",
  { fields, validators, nowMs }: Conditional,
): boolean | undefined {
  const field = fields.get(name);
  const modifiedMs = wholeSeconds(validators?.lastModifiedMs);
  if (field === undefined || modifiedMs === undefined) return undefined;
  const dateMs = parseDate(field, nowMs);
  return dateMs === undefined ? undefined : modifiedMs > dateMs;
}

/** File times have fractions, HTTP dates have none: what we sent as the date must equal itself. */
function wholeSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.floor(ms / 1000) * 1000;
}

function currentTag(validators: Validators | undefined): EntityTag | undefined {
  return validators?.etag === undefined ? undefined : parseEntityTag(validators.etag);
}
