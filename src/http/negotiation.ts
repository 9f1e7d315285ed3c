// What does the client like best of what we have? RFC 9110, section 12.
// Lists with weights, read in one pass. Tolerant: an element that cannot be read is skipped, since
// what is negotiated here is a courtesy, and some answer is better than none.

import { trimText } from "../base/ascii.ts";

export type Coding = "zstd" | "br" | "gzip" | "deflate";

/**
 * The coding to send; "none" when the client refuses even identity and everything we have.
 * @param acceptEncoding the field; undefined when absent, and then nothing is coded: who says
 *   nothing may understand nothing
 * @param available what we have besides identity, our favourite first; it breaks ties
 */
export function preferredCoding(
  acceptEncoding: string | undefined,
  available: readonly Coding[],
): Coding | "identity" | "none" {
  if (acceptEncoding === undefined) return "identity";
  const weights = codingWeights(acceptEncoding);
  const others = weights.get("*");
  let best: Coding | undefined;
  let bestWeight = 0;
  for (const coding of available) {
    const weight = weights.get(coding) ?? others ?? 0;
    if (weight > bestWeight) {
      best = coding;
      bestWeight = weight;
    }
  }
  // Unmentioned, identity is allowed but the last choice; "*" with q=0 forbids it too (12.5.3).
  const identity = weights.get("identity");
  if (best !== undefined && bestWeight >= (identity ?? 0)) return best;
  return (identity ?? others ?? 1) > 0 ? "identity" : "none";
}

/**
 * The best of the offered media types; undefined when none is acceptable. Ties go to the earlier.
 * @param accept the field; absent, or without anything readable in it: whatever we like
 * @param offered in lower case, without parameters, our favourite first
 */
export function preferredType(
  accept: string | undefined,
  offered: readonly string[],
): string | undefined {
  const ranges = accept === undefined ? [] : mediaRanges(accept);
  if (ranges.length === 0) return offered[0];
  let best: string | undefined;
  let bestWeight = 0;
  for (const type of offered) {
    const weight = weightOf(type, ranges);
    if (weight > bestWeight) {
      best = type;
      bestWeight = weight;
    }
  }
  return best;
}

/**
 * The media type to send instead of `own`: the best of `others` that the field likes no less.
 * Only types that are named themselves count: "image/*" says nothing of what a client can decode.
 * undefined: none, send `own`.
 * @param others in lower case, without parameters, our favourite first; so is `own`
 */
export function preferredInstead(
  accept: string | undefined,
  own: string,
  others: readonly string[],
): string | undefined {
  if (accept === undefined) return undefined;
  const named = new Set(mediaRanges(accept).map(({ name }) => name));
  const offered = others.filter((type) => named.has(type));
  const best = preferredType(accept, [...offered, own]);
  return best === own ? undefined : best;
}

/** The media types that the field names in full and does not refuse, in its own order. */
export function namedTypes(accept: string): readonly string[] {
  return mediaRanges(accept)
    .filter(({ name, weight }) => weight > 0 && !name.includes("*"))
    .map(({ name }) => name);
}

/**
 * The best of the offered languages; undefined when none fits. Both ways of RFC 4647 are gone:
 * "de" gets "de-AT" (3.3.1, filtering), and "de-CH" gets "de" when there is nothing nearer (3.4,
 * lookup). Among equal weights the client's order counts, then ours.
 * @param acceptLanguage the field; absent, or without anything readable in it: whatever we like
 * @param offered language tags, our favourite first
 */
export function preferredLanguage(
  acceptLanguage: string | undefined,
  offered: readonly string[],
): string | undefined {
  const list = acceptLanguage === undefined ? [] : weightedList(acceptLanguage);
  const ranges = list.filter(({ name }) => LANGUAGE_RANGE.test(name));
  if (ranges.length === 0) return offered[0];
  let best: { readonly tag: string; readonly fit: LanguageFit } | undefined;
  for (const tag of offered) {
    const fit = fitOf(tag.toLowerCase(), ranges);
    if (fit === undefined) continue;
    if (best === undefined || isBetter(fit, best.fit)) best = { tag, fit };
  }
  return best?.tag;
}

const LANGUAGE_RANGE = /^(?:\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)$/;

interface LanguageFit {
  readonly weight: number;
  /** Of the range in the field; "*" comes after all that are named. */
  readonly place: number;
  readonly isExact: boolean;
}

/** By the nearest range; undefined: not acceptable. */
function fitOf(tag: string, ranges: readonly Weighted[]): LanguageFit | undefined {
  const [nearest] = [
    ...ranges.filter(({ name }) => isWithin(tag, name)).sort(byLength),
    // The tag is wider than these. With q=0 they refuse what lies within them, not what is around.
    ...ranges.filter(({ name, weight }) => weight > 0 && isWithin(name, tag)).sort(byWeight),
    ...ranges.filter(({ name }) => name === "*").sort(byWeight),
  ];
  if (nearest === undefined || nearest.weight === 0) return undefined;
  const { name, weight } = nearest;
  const place = name === "*" ? ranges.length : ranges.indexOf(nearest);
  return { weight, place, isExact: name === tag };
}

function byWeight(one: Weighted, other: Weighted): number {
  return other.weight - one.weight;
}

function byLength(one: Weighted, other: Weighted): number {
  return other.name.length - one.name.length || byWeight(one, other);
}

function isBetter(one: LanguageFit, other: LanguageFit): boolean {
  if (one.weight !== other.weight) return one.weight > other.weight;
  if (one.place !== other.place) return one.place < other.place;
  return one.isExact && !other.isExact;
}

/** "de-at" lies within "de", and within "de-at". */
function isWithin(tag: string, range: string): boolean {
  return tag.startsWith(range) && (tag.length === range.length || tag[range.length] === "-");
}

/** One element of a list of wishes. */
export interface Weighted {
  /** In lower case. */
  readonly name: string;
  readonly weight: number;
  readonly hasParameters: boolean;
}

function codingWeights(field: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const { name, weight } of weightedList(field)) {
    // An old name for the same thing (RFC 9110, 8.4.1.3).
    const coding = name === "x-gzip" ? "gzip" : name;
    weights.set(coding, Math.max(weight, weights.get(coding) ?? 0));
  }
  return weights;
}

// A bare "*" is what Java's HttpURLConnection sends for "*/*". Ranges with parameters
// ("text/html;level=1") fit none of our types, which have none.
function mediaRanges(field: string): readonly Weighted[] {
  return weightedList(field)
    .map((range) => (range.name === "*" ? { ...range, name: "*/*" } : range))
    .filter(({ name }) => MEDIA_RANGE.test(name));
}

const MEDIA_RANGE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/;

/** The weight of the most specific range that fits (RFC 9110, 12.5.1). */
function weightOf(type: string, ranges: readonly Weighted[]): number {
  const anySubtype = `${type.slice(0, type.indexOf("/"))}/*`;
  for (const name of [type, anySubtype, "*/*"]) {
    const fitting = ranges.filter((range) => range.name === name && !range.hasParameters);
    if (fitting.length > 0) return Math.max(...fitting.map(({ weight }) => weight));
  }
  return 0;
}

/** The elements that can be read, in the order of the field. */
export function weightedList(field: string): readonly Weighted[] {
  const list: Weighted[] = [];
  for (const element of split(field, ",")) {
    const [first = "", ...parameters] = split(element, ";").map(trimText);
    const weightAt = parameters.findIndex((parameter) => /^q[\t ]*=/i.test(parameter));
    const weight = weightAt < 0 ? 1 : weightIn(parameters[weightAt] ?? "");
    if (first === "" || weight === undefined) continue;
    // What follows the weight are extensions that nobody has ever used, no parameters.
    const before = weightAt < 0 ? parameters : parameters.slice(0, weightAt);
    const hasParameters = before.some((parameter) => parameter !== "");
    list.push({ name: first.toLowerCase(), weight, hasParameters });
  }
  return list;
}

/** More than the grammar has (12.4.2): ".2" is sent by Java, more than three digits by some. */
function weightIn(parameter: string): number | undefined {
  const value = trimText(parameter.slice(parameter.indexOf("=") + 1));
  return /^(?:[01](?:\.[0-9]*)?|\.[0-9]+)$/.test(value) ? Math.min(Number(value), 1) : undefined;
}

/** Splits, but not inside quoted strings (RFC 9110, 5.6.4). */
function split(text: string, separator: "," | ";"): readonly string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (character === "\\" && quoted) at++;
    else if (character === separator && !quoted) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
