// A response's status line and fields as bytes. RFC 9112, sections 4 and 5.
// Framing and connection fields are written here and nowhere else, derived from the body.
//
// Return the same reusable() response again and the bytes of its head are reused by identity; those
// of Date, which change with the second, are the same for all. Nothing is ever changed in place: an
// earlier copy may still be on its way out.

import type { Clock } from "../base/clock.ts";
import { formatDate } from "../http/date.ts";
import type { Field } from "../http/fields.ts";
import { bodyLength, isReusable, type Response, textAsWritten } from "../http/response.ts";
import { assertSendable } from "../http/response-fields.ts";
import { allowsBody, reasonPhrase } from "../http/status.ts";

export interface HeadOptions {
  /** HTTP/1.minor of the request: 1.0 must be told that the connection goes on. */
  readonly minor: number;
  readonly persistent: boolean;
  readonly isHead: boolean;
}

/** How the end of the body will be known (RFC 9112, section 6.3). */
export type BodyFraming = "none" | "length" | "chunked" | "close";

export function bodyFramingOf(response: Response, options: HeadOptions): BodyFraming {
  const { status, body } = response;
  if (!allowsBody(status)) return "none";
  if (bodyLength(body) !== undefined) return "length";
  // Without chunks (HTTP/1.0) only the end of the connection can tell.
  return options.minor === 0 ? "close" : "chunked";
}

/** @throws TypeError for fields that no response may carry: a bug of whoever made it. */
export function encodeHead(response: Response, options: HeadOptions, clock: Clock): Buffer {
  const date = dateLine(Math.floor(clock.wallMs() / 1000)).text;
  const text = `${fieldsText(response, options)}${date}${connectionField(response, options)}\r\n`;
  return Buffer.from(text, "latin1");
}

/** All of the head that says the same at any time. */
function fieldsText(response: Response, options: HeadOptions): string {
  const { status, fields, verbatim = false } = response;
  const framing = framingText(response, options);
  if (!isReusable(response)) assertSendable(fields);
  if (verbatim) return `HTTP/1.1 ${status} \r\n${framing}${textAsWritten(fields) ?? lines(fields)}`;
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${lines(fields)}${framing}`;
}

function lines(fields: readonly Field[]): string {
  let text = "";
  for (const [name, value] of fields) text += `${name}: ${value}\r\n`;
  return text;
}

function framingText(response: Response, options: HeadOptions): string {
  const framing = bodyFramingOf(response, options);
  if (framing === "length") return `Content-Length: ${bodyLength(response.body)}\r\n`;
  return framing === "chunked" && !options.isHead ? "Transfer-Encoding: chunked\r\n" : "";
}

function connectionField({ body }: Response, { minor, persistent }: HeadOptions): string {
  if (body.kind === "upgrade") return `Connection: Upgrade\r\nUpgrade: ${body.protocol}\r\n`;
  if (!persistent) return "Connection: close\r\n";
  return minor === 0 ? "Connection: keep-alive\r\n" : "";
}

interface DateLine {
  readonly second: number;
  readonly text: string;
  /** With the empty line, where Date is the last field. */
  readonly end: Buffer;
}

let current: DateLine | undefined;

/** Made once a second, not once a response. */
function dateLine(second: number): DateLine {
  if (current?.second !== second) {
    const text = `Date: ${formatDate(second * 1000)}\r\n`;
    current = { second, text, end: Buffer.from(`${text}\r\n`, "latin1") };
  }
  return current;
}

/** A reusable response, ready to be written. */
export interface Encoded {
  readonly second: number;
  /** The head without Date, Date with the empty line, and the body where one is sent. */
  readonly chunks: readonly Uint8Array[];
  readonly bodyBytes: number;
}

const ENCODED = new WeakMap<Response, Encoded>();
const COMMON: HeadOptions = { minor: 1, persistent: true, isHead: false };

/**
 * The bytes of a reusable response in their most common form (HTTP/1.1, persistent, not HEAD);
 * undefined for any other response. Nothing is put together here: the outbox does that on the way,
 * which costs 0.02 us at 1 KiB. So no remembered file lies in memory twice, and a new second costs
 * ten thousand of them one new line.
 */
export function reusedBytes(response: Response, clock: Clock, nowMs: number): Encoded | undefined {
  const second = Math.floor(clock.wallAt(nowMs) / 1000);
  const known = ENCODED.get(response);
  if (known !== undefined && known.second === second) return known;
  if (known === undefined && !isReusable(response)) return undefined;
  const head = known?.chunks[0] ?? Buffer.from(fieldsText(response, COMMON), "latin1");
  const body = response.body.kind === "bytes" ? response.body.bytes : undefined;
  const sent = body !== undefined && allowsBody(response.status) ? body : undefined;
  const { end } = dateLine(second);
  const chunks = sent === undefined || sent.length === 0 ? [head, end] : [head, end, sent];
  const encoded = { second, chunks, bodyBytes: sent?.length ?? 0 };
  ENCODED.set(response, encoded);
  return encoded;
}
