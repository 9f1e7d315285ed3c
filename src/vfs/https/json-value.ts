// JSON that came from somebody else, read piece by piece: each of these functions gives the piece
// when it is of the form that was asked for, and undefined otherwise, also for what is not there.

import { isUtf8 } from "node:buffer";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** undefined: no JSON (RFC 8259), or not in UTF-8. */
export function jsonIn(bytes: Uint8Array): Json | undefined {
  if (!isUtf8(bytes)) return undefined;
  try {
    const json: Json = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The field of an object that has one field. */
export function onlyField(
  json: Json | undefined,
): readonly [name: string, value: Json] | undefined {
  if (!isObject(json)) return undefined;
  const [only, ...more] = Object.entries(json);
  return more.length === 0 ? only : undefined;
}

/** The fields of an object, by name; of anything else, none. */
export function fieldsIn(json: Json | undefined): (name: string) => Json | undefined {
  // Own fields only: an object made by JSON.parse inherits a "constructor".
  return (name) => (isObject(json) && Object.hasOwn(json, name) ? json[name] : undefined);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Text that UTF-8 can say: half a surrogate pair is text for JavaScript only. */
export function textOf(json: Json | undefined): string | undefined {
  return typeof json === "string" && !LONE_SURROGATE.test(json) ? json : undefined;
}

export function booleanOf(json: Json | undefined): boolean | undefined {
  return typeof json === "boolean" ? json : undefined;
}

export function listOf(json: Json | undefined): readonly Json[] | undefined {
  return isList(json) ? json : undefined;
}

/** A whole number from 0 on, exactly as it was sent. */
export function exactNumberOf(json: Json | undefined): number | undefined {
  return typeof json === "number" && isUnsigned(json) && json <= Number.MAX_SAFE_INTEGER
    ? json
    : undefined;
}

/**
 * A whole number of at most 64 bits. What is too large to be exact comes back as
 * Number.MAX_SAFE_INTEGER: behind the end of every file, and more than anybody is given.
 */
export function largeNumberOf(json: Json | undefined): number | undefined {
  if (typeof json !== "number" || !isUnsigned(json) || json > UNSIGNED_64_MAX) return undefined;
  return Math.min(json, Number.MAX_SAFE_INTEGER);
}

/** The nearest double; 2^64 itself cannot be told from it. */
const UNSIGNED_64_MAX = 2 ** 64;

function isUnsigned(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && !Object.is(value, -0);
}

function isObject(json: Json | undefined): json is { readonly [name: string]: Json } {
  return typeof json === "object" && json !== null && !isList(json);
}

function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}
