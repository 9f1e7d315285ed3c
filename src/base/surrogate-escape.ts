// File names are bytes, our paths are text. Most names are UTF-8; for the others each byte that
// does not belong to valid UTF-8 stands as a lone surrogate, U+DC80 to U+DCFF (Python's PEP 383).
// Nothing is lost: bytesOfText(textOfBytes(bytes)) equals bytes, whatever they are.
//
// Overlong forms, surrogates written as UTF-8 and cut sequences are not valid (RFC 3629,
// section 3) and are escaped too, so "%c0%af" can never come out as a slash.

import { isUtf8 } from "node:buffer";

const ESCAPE = 0xdc00;
const ESCAPED_BYTES = /[\uDC80-\uDCFF]+/gu;

/** Bytes as text. */
export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isUtf8(buffer)) return buffer.toString("utf8");
  let text = "";
  let validFrom = 0;
  for (let at = 0; at < buffer.length; ) {
    const length = sequenceLength(buffer, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += buffer.toString("utf8", validFrom, at);
    text += String.fromCharCode(ESCAPE + (buffer[at] ?? 0));
    at++;
    validFrom = at;
  }
  return text + buffer.toString("utf8", validFrom);
}

/**
 * Text as bytes: UTF-8, escapes as the bytes they stand for. Other lone surrogates stand for no
 * bytes and become U+FFFD: where that could name the wrong file, see that the bytes read as the
 * same text again.
 */
export function bytesOfText(text: string): Buffer {
  const pieces: Buffer[] = [];
  let textFrom = 0;
  for (const match of text.matchAll(ESCAPED_BYTES)) {
    pieces.push(Buffer.from(text.slice(textFrom, match.index), "utf8"));
    // "latin1" keeps the low byte of each character, and that is the byte that was escaped.
    pieces.push(Buffer.from(match[0], "latin1"));
    textFrom = match.index + match[0].length;
  }
  if (textFrom === 0) return Buffer.from(text, "utf8");
  pieces.push(Buffer.from(text.slice(textFrom), "utf8"));
  return Buffer.concat(pieces);
}

/** Bytes of the UTF-8 sequence that starts here; 0 when none does. Unicode 15, table 3-7. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || !isSecond(lead, bytes[at + 1] ?? 0)) return 0;
  for (let next = at + 2; next < at + length; next++) {
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** The second byte decides whether a form is overlong, a surrogate, or beyond U+10FFFF. */
function isSecond(lead: number, second: number): boolean {
  const from = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const to = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return second >= from && second <= to;
}
