// The most common line of the access log as bytes, straight into its batch: a GET of HTTP/1.1 from
// somebody who says of himself what he said before. What repeats is kept as bytes, the rest is
// written digit by digit: 0.1 us, where text is 0.4 us and in a burst 0.9, for the garbage
// collector carries it about. The text of access-line.ts says what a line is; the test holds
// this against it.

import type { Peer } from "../base/peer.ts";
import type { Fields } from "../http/fields.ts";
import type { Exchange } from "../http/service.ts";
import { beginningOf, visitorOf } from "./access-line.ts";
import { LINE_BYTES_MAX } from "./batches.ts";

/**
 * Writes the line in "combined" format at an offset of `into`, where LINE_BYTES_MAX fit.
 * @returns the offset behind it; the same one when the exchange is none of the most common
 */
export function quickLine(
  into: Buffer,
  at: number,
  exchange: Exchange,
  peer: Peer,
  wallMs: number,
): number {
  const { request, response, bodyBytes, durationMs } = exchange;
  if (request === undefined || !(durationMs < 1000) || request.fields.isLasting !== true) return at;
  if (request.method !== "GET" || request.version !== "1.1") return at;
  const beginning = beginningBytes(peer, wallMs);
  const visitor = visitorBytes(request.fields);
  const raw = request.target.kind === "path" ? request.target.raw : "";
  const parts = beginning.length + raw.length + visitor.length;
  if (parts + OTHER_BYTES_MAX > LINE_BYTES_MAX) return at;
  into.set(beginning, at);
  const asked = putPlain(into, at + beginning.length, raw);
  if (asked === NOT_PLAIN) return at;
  into.set(VERSION, asked);
  let end = putNumber(into, asked + VERSION.length, response.status);
  into[end++] = SPACE;
  if (bodyBytes === 0) into[end++] = DASH;
  else end = putNumber(into, end, bodyBytes);
  into.set(visitor, end);
  return putSeconds(into, end + visitor.length, Math.round(durationMs * 1000));
}

/** The version, two numbers of up to 16 digits, the seconds and all between them. */
const OTHER_BYTES_MAX = 64;
const VERSION = Buffer.from(' HTTP/1.1" ');
const NOT_PLAIN = -1;
const SPACE = 0x20;
const QUOTE = 0x22;
const DASH = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const BACKSLASH = 0x5c;
const DEL = 0x7f;
const LINE_FEED = 0x0a;

let known: { text: string; bytes: Buffer } = { text: "", bytes: Buffer.alloc(0) };

/** One visitor's lines of one second begin alike, and often come in a row. */
function beginningBytes(peer: Peer, wallMs: number): Buffer {
  const text = beginningOf(peer, wallMs);
  if (text !== known.text) known = { text, bytes: Buffer.from(`${text}GET `, "latin1") };
  return known.bytes;
}

const VISITORS = new WeakMap<Fields, Buffer>();

function visitorBytes(fields: Fields): Buffer {
  const before = VISITORS.get(fields);
  if (before !== undefined) return before;
  const bytes = Buffer.from(visitorOf(fields), "latin1");
  VISITORS.set(fields, bytes);
  return bytes;
}

/** As it is, when nothing of it must be escaped. */
function putPlain(into: Buffer, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= SPACE || code >= DEL || code === QUOTE || code === BACKSLASH) return NOT_PLAIN;
    into[at + index] = code;
  }
  return text === "" ? NOT_PLAIN : at + text.length;
}

function putNumber(into: Buffer, at: number, number: number): number {
  let end = at + 1;
  for (let power = 10; power <= number; power *= 10) end++;
  putDigits(into, end, number, end - at);
  return end;
}

function putSeconds(into: Buffer, at: number, micros: number): number {
  into[at] = ZERO + Math.floor(micros / 1_000_000);
  into[at + 1] = DOT;
  putDigits(into, at + 8, micros % 1_000_000, 6);
  into[at + 8] = LINE_FEED;
  return at + 9;
}

/** So many digits, the last of them before `end`. */
function putDigits(into: Buffer, end: number, number: number, count: number): void {
  let left = number;
  for (let at = end - 1; at >= end - count; at--) {
    const rest = Math.floor(left / 10);
    into[at] = ZERO + left - rest * 10;
    left = rest;
  }
}
