// Bytes → RequestHead: where in the buffer the method, the target and every field stand.
// RFC 9112, sections 2 to 5. Nothing is copied and no text is made: a head is a list of offsets
// into the bytes as they arrived, and request-head.ts makes text of them when somebody asks.
//
// Strict is the only mode. What one server forgives, the next one in the chain reads differently,
// and the difference is a smuggled request: bare CR or LF, space before a colon, folded lines and
// any control byte are refused.
//
// The parser runs line by line, so a fault is answered as soon as its line has arrived. A head
// that is still incomplete is parsed again when more has come, but only if a line end came with
// it: a client that sends byte by byte makes us look at each new byte once, not at all of them.

import {
  COLON,
  CR,
  DEL,
  FIELD_VALUE,
  isDigit,
  isWhitespace,
  LF,
  SP,
  TOKEN,
} from "../base/ascii.ts";
import { type FieldBlock, repeats } from "./field-block.ts";
import type { Http1Limits } from "./limits.ts";
import { type Malformed, malformed } from "./malformed.ts";

/** All offsets count from `start`, so that keepHead() can move the bytes under them. */
export interface RequestHead {
  readonly kind: "head";
  /** Borrowed, like every chunk, until keepHead(). */
  bytes: Buffer;
  /** Where in `bytes` the request line begins. */
  start: number;
  /** The head including the empty line, in bytes. */
  length: number;
  /** The method is everything before it. */
  methodEnd: number;
  targetStart: number;
  targetEnd: number;
  /** Of the target's bytes, made on the way over them (known-targets.ts). */
  targetHash: number;
  /** HTTP/1.minor */
  minor: number;
  /** Four offsets a field line: name start and end, value start and end. Borrowed too. */
  fields: Int32Array;
  fieldCount: number;
  /** Where the field lines begin. */
  fieldsStart: number;
  /** They are, byte by byte, those of this block; then `fields` is empty. */
  repeats: FieldBlock | undefined;
  /** keepHead() was called: nothing is borrowed any more. */
  kept: boolean;
}

export type HeadParse = RequestHead | { readonly kind: "incomplete" } | Malformed;

const INCOMPLETE = Object.freeze({ kind: "incomplete" as const });

const NO_METHOD = malformed(400, "the request line does not start with a method");
const NO_TARGET = malformed(400, "no request target between two single spaces");
const BAD_TARGET = malformed(400, "a control byte in the request target");
const BAD_VERSION = malformed(400, "the request line does not end with HTTP/1.1");
const OTHER_VERSION = malformed(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
const BAD_LINE_END = malformed(400, "a line that does not end with CR LF");
const BAD_NAME = malformed(400, "a field line does not start with a name and a colon");
const FOLDED = malformed(400, "a folded field line");
const BAD_VALUE = malformed(400, "a control byte in a field value");
const LONG_LINE = malformed(414, "the request line is too long", "request_line_bytes");
const LONG_SECTION = malformed(431, "the field section is too long", "header_bytes");
const MANY_FIELDS = malformed(431, "too many field lines", "header_count");

// What a step gives when it cannot give the offset behind what it has read.
const STOP = -1; // more bytes are needed
const FAULT = -2; // `fault` says which

// Every head is parsed in one turn and read before the next one, so all of them share this space.
// keepHead() takes a copy for those that must live longer.
let offsets = new Int32Array(4 * 128);
let fault: Malformed = NO_METHOD;

/**
 * @param start where the head begins in `bytes`
 * @param scanFrom bytes before it were already found to hold no complete head
 * @param known what stood below the request line before, parsed under the same limits
 */
export function parseHead(
  bytes: Buffer,
  start: number,
  scanFrom: number,
  limits: Http1Limits,
  known?: FieldBlock,
): HeadParse {
  if (scanFrom > start && bytes.indexOf(LF, scanFrom) === -1) return waiting(bytes, start, limits);
  const head: RequestHead = {
    kind: "head",
    bytes,
    start,
    length: 0,
    methodEnd: 0,
    targetStart: 0,
    targetEnd: 0,
    targetHash: 0,
    minor: 1,
    fields: offsets,
    fieldCount: 0,
    fieldsStart: 0,
    repeats: undefined,
    kept: false,
  };
  const lines = requestLine(head, limits);
  if (known !== undefined && lines > 0 && repeatsAt(head, lines, known)) return head;
  const end = lines < 0 ? lines : fieldLines(head, lines, limits);
  if (end === STOP) return waiting(bytes, start, limits);
  if (end === FAULT) return fault;
  head.length = end - head.start;
  return head;
}

function repeatsAt(head: RequestHead, lines: number, known: FieldBlock): boolean {
  if (known.minor !== head.minor || !repeats(known, head.bytes, lines)) return false;
  head.fieldsStart = lines - head.start;
  head.length = head.fieldsStart + known.bytes.length;
  head.repeats = known;
  return true;
}

/**
 * Copies what was borrowed, for a head that must outlive the turn it was parsed in. Every offset
 * stays true, so fields read later are still right.
 */
export function keepHead(head: RequestHead): void {
  // The fields of a block are its own, and the request line has been made text of by now.
  if (head.kept || head.repeats !== undefined) return;
  head.kept = true;
  head.bytes = Buffer.from(head.bytes.subarray(head.start, head.start + head.length));
  head.start = 0;
  head.fields = head.fields.slice(0, head.fieldCount * 4);
}

/**
 * Nothing wrong so far; but has it already become too long? The CR of what ends it may be here
 * already: a head that fits must fit wherever it is cut.
 */
function waiting(bytes: Buffer, start: number, limits: Http1Limits): HeadParse {
  const lineStart = behindEmptyLines(bytes, start);
  if (bytes.length - lineStart <= limits.requestLineBytesMax + 1) return INCOMPLETE;
  const lineEnd = bytes.indexOf(LF, lineStart);
  if (lineEnd === -1) return LONG_LINE;
  return bytes.length - lineEnd - 1 > limits.headBytesMax + 1 ? LONG_SECTION : INCOMPLETE;
}

function behindEmptyLines(bytes: Buffer, start: number): number {
  let at = start;
  while (at < start + 4 && bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}

function refuse(what: Malformed): number {
  fault = what;
  return FAULT;
}

/** method SP request-target SP HTTP-version CR LF (RFC 9112, section 3). */
function requestLine(head: RequestHead, limits: Http1Limits): number {
  const lineStart = skipEmptyLines(head);
  if (lineStart < 0) return lineStart;
  const { bytes } = head;
  let at = lineStart;
  while (TOKEN[bytes[at] ?? 0] === 1) at++;
  if (at === bytes.length) return STOP;
  if (at === lineStart || bytes[at] !== SP) return refuse(NO_METHOD);
  head.methodEnd = at - lineStart;
  const targetEnd = target(head, at + 1);
  if (targetEnd < 0) return targetEnd;
  head.targetStart = at + 1 - lineStart;
  head.targetEnd = targetEnd - lineStart;
  if (head.targetEnd + " HTTP/1.1".length > limits.requestLineBytesMax) return refuse(LONG_LINE);
  return version(head, targetEnd + 1);
}

/**
 * Old clients send an empty line behind a body: one or two are forgiven (section 2.2), and
 * `head.start` moves with them.
 */
function skipEmptyLines(head: RequestHead): number {
  const { bytes } = head;
  for (let skipped = 0; skipped < 2 && bytes[head.start] === CR; skipped++) {
    if (head.start + 1 === bytes.length) return STOP;
    if (bytes[head.start + 1] !== LF) return refuse(BAD_LINE_END);
    head.start += 2;
  }
  return head.start;
}

/** Everything above SP but DEL; which of it may stand in a target is http/target.ts's matter. */
function target(head: RequestHead, from: number): number {
  const { bytes } = head;
  let at = from;
  let hash = 0;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= SP || byte === DEL) break;
    hash = Math.imul(hash ^ byte, HASH_PRIME);
  }
  if (at === bytes.length) return STOP;
  head.targetHash = hash ^ (hash >>> 15);
  if (bytes[at] !== SP) return refuse(isLineEnd(bytes[at]) ? BAD_VERSION : BAD_TARGET);
  return at === from ? refuse(NO_TARGET) : at;
}

/** FNV-1a, which needs no more than this for each byte. */
const HASH_PRIME = 0x01000193;

function isLineEnd(byte: number | undefined): boolean {
  return byte === CR || byte === LF;
}

const VERSION = Buffer.from("HTTP/1.1\r\n");
const MAJOR_AT = 5;
const MINOR_AT = 7;

/**
 * Higher minor versions are answered as 1.1, the highest we know (RFC 9110, section 2.5).
 * @param at the first byte of the version
 */
function version(head: RequestHead, at: number): number {
  const { bytes } = head;
  for (let i = 0; i < VERSION.length; i++) {
    if (at + i === bytes.length) return STOP;
    const byte = bytes[at + i] ?? 0;
    if (i === MAJOR_AT || i === MINOR_AT ? !isDigit(byte) : byte !== VERSION[i]) {
      return refuse(BAD_VERSION);
    }
  }
  if (bytes[at + MAJOR_AT] !== VERSION[MAJOR_AT]) return refuse(OTHER_VERSION);
  head.minor = (bytes[at + MINOR_AT] ?? 0) - 0x30;
  return at + VERSION.length;
}

/** *( field-line CRLF ) CRLF (RFC 9112, sections 2.1 and 5). Gives the offset of the body. */
function fieldLines(head: RequestHead, from: number, limits: Http1Limits): number {
  const { bytes } = head;
  if (offsets.length < 4 * limits.fieldCountMax) offsets = new Int32Array(4 * limits.fieldCountMax);
  head.fields = offsets;
  head.fieldsStart = from - head.start;
  let at = from;
  for (;;) {
    if (at === bytes.length) return STOP;
    if (at - from > limits.headBytesMax) return refuse(LONG_SECTION);
    if (bytes[at] === CR) break;
    if (head.fieldCount === limits.fieldCountMax) return refuse(MANY_FIELDS);
    at = fieldLine(head, at);
    if (at < 0) return at;
  }
  if (at + 1 === bytes.length) return STOP;
  return bytes[at + 1] === LF ? at + 2 : refuse(BAD_LINE_END);
}

/** field-name ":" OWS field-value OWS CRLF. The line does not begin with CR. */
function fieldLine(head: RequestHead, lineStart: number): number {
  const { bytes, start, fields } = head;
  let at = lineStart;
  while (TOKEN[bytes[at] ?? 0] === 1) at++;
  if (at === bytes.length) return STOP;
  if (bytes[at] !== COLON || at === lineStart) {
    return refuse(isWhitespace(bytes[lineStart]) ? FOLDED : BAD_NAME);
  }
  const slot = head.fieldCount * 4;
  fields[slot] = lineStart - start;
  fields[slot + 1] = at - start;
  const end = fieldValue(head, at + 1, slot + 2);
  if (end > 0) head.fieldCount++;
  return end;
}

/** From the colon to the end of the line; blanks around the value are not part of it. */
function fieldValue({ bytes, start, fields }: RequestHead, from: number, slot: number): number {
  let at = from;
  while (isWhitespace(bytes[at])) at++;
  const valueStart = at;
  while (FIELD_VALUE[bytes[at] ?? 0] === 1) at++;
  if (at === bytes.length) return STOP;
  if (bytes[at] !== CR) return refuse(bytes[at] === LF ? BAD_LINE_END : BAD_VALUE);
  if (at + 1 === bytes.length) return STOP;
  if (bytes[at + 1] !== LF) return refuse(BAD_LINE_END);
  let valueEnd = at;
  while (valueEnd > valueStart && isWhitespace(bytes[valueEnd - 1])) valueEnd--;
  fields[slot] = valueStart - start;
  fields[slot + 1] = valueEnd - start;
  return at + 2;
}
