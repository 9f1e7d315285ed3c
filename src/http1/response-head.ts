// A response's status line and fields as bytes. RFC 9112, sections 4 and 5.
// Framing and connection fields are written here and nowhere else, derived from the body.
//
// Return the same reusable() response again and the bytes are reused by identity: for a small
// body the whole answer, head and body, is one buffer, made anew when the second has changed
// (Date). It is never changed in place: an earlier copy may still be on its way out.

import type { Clock } from "../base/clock.ts";
import { formatDate } from "../http/date.ts";
import { bodyLength, isReusable, type Response } from "../http/response.ts";
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
  const framing = bodyFramingOf(response, options);
  let text = `HTTP/1.1 ${response.status} ${reasonPhrase(response.status)}\r\n`;
  if (!isReusable(response)) assertSendable(response.fields);
  for (const [name, value] of response.fields) text += `${name}: ${value}\r\n`;
  if (framing === "length") text += `Content-Length: ${bodyLength(response.body)}\r\n`;
  if (framing === "chunked" && !options.isHead) text += "Transfer-Encoding: chunked\r\n";
  text += `Date: ${dateText(clock)}\r\n${connectionField(response, options)}\r\n`;
  return Buffer.from(text, "latin1");
}

function connectionField({ body }: Response, { minor, persistent }: HeadOptions): string {
  if (body.kind === "upgrade") return `Connection: Upgrade\r\nUpgrade: ${body.protocol}\r\n`;
  if (!persistent) return "Connection: close\r\n";
  return minor === 0 ? "Connection: keep-alive\r\n" : "";
}

let dateSecond = Number.NaN;
let date = "";

/** Date is made once a second, not once a response. */
function dateText(clock: Clock): string {
  const second = Math.floor(clock.wallMs() / 1000);
  if (second !== dateSecond) {
    date = formatDate(second * 1000);
    dateSecond = second;
  }
  return date;
}

/** Bodies up to this size are copied behind their head; larger ones keep the head only. */
const WHOLE_BYTES_MAX = 64 * 1024;

interface Encoded {
  readonly second: number;
  readonly bytes: Buffer;
  /** The body is in `bytes` too. */
  readonly whole: boolean;
  readonly bodyBytes: number;
}

const ENCODED = new WeakMap<Response, Encoded>();

/**
 * The bytes of a reusable response in their most common form (HTTP/1.1, persistent, not HEAD);
 * undefined for any other response.
 */
export function reusedBytes(response: Response, clock: Clock): Encoded | undefined {
  if (!isReusable(response)) return undefined;
  const second = Math.floor(clock.wallMs() / 1000);
  const known = ENCODED.get(response);
  if (known !== undefined && known.second === second) return known;
  const head = encodeHead(response, { minor: 1, persistent: true, isHead: false }, clock);
  const body = response.body.kind === "bytes" ? response.body.bytes : undefined;
  const sendsBody = body !== undefined && allowsBody(response.status);
  const whole = !sendsBody || body.length <= WHOLE_BYTES_MAX;
  const bytes = sendsBody && whole ? Buffer.concat([head, body]) : head;
  const encoded = { second, bytes, whole, bodyBytes: sendsBody ? body.length : 0 };
  ENCODED.set(response, encoded);
  return encoded;
}
