// Percent-encoding of paths, both ways. RFC 3986, sections 2.1 and 3.3.
// Decoding happens exactly once, in target.ts; encoding is for Location fields and hrefs. Queries
// are never decoded: what they mean is their reader's business.

import { hexValue, PERCENT } from "../base/ascii.ts";
import { bytesOfText, textOfBytes } from "../base/surrogate-escape.ts";
import { SEGMENT } from "./uri.ts";

/**
 * An encoded slash ("%2F") in decoded text: a slash inside a segment, not between two. A lone
 * surrogate, so that no file can have it and no later step can take it for a separator.
 */
export const ENCODED_SLASH = "\uDC2F";

// With "u" a surrogate matches only where it stands alone: half of U+1F42F, a tiger, is the same.
const LONE_ENCODED_SLASH = /\uDC2F/gu;

/**
 * One segment of a path as sent (ASCII, no "/"), decoded once. Bytes that are no UTF-8 stand as
 * in base/surrogate-escape.ts. undefined: a "%" without two hexadecimal digits.
 */
export function decodeSegment(raw: string): string | undefined {
  if (!raw.includes("%")) return raw;
  const bytes = Buffer.allocUnsafe(raw.length);
  let length = 0;
  for (let at = 0; at < raw.length; at++) {
    let byte = raw.charCodeAt(at);
    if (byte === PERCENT) {
      const high = hexValue(raw.charCodeAt(at + 1));
      const low = hexValue(raw.charCodeAt(at + 2));
      if (high < 0 || low < 0) return undefined;
      byte = high * 16 + low;
      at += 2;
    }
    bytes[length++] = byte;
  }
  return textOfBytes(bytes.subarray(0, length)).replaceAll("/", ENCODED_SLASH);
}

/**
 * A name as one segment of a URI. Colons stay: begin a relative reference with "./", or
 * "javascript:x" would be read as a scheme (RFC 3986, section 4.2). Escape for HTML afterwards:
 * "&" and "'" stay too.
 */
export function encodeSegment(name: string): string {
  if (isPlain(name)) return name;
  let encoded = "";
  for (const byte of bytesOfText(name.replace(LONE_ENCODED_SLASH, "/"))) {
    encoded += SEGMENT[byte] === 1 ? String.fromCharCode(byte) : ESCAPES[byte];
  }
  return encoded;
}

/**
 * A decoded path as it may stand in a Location field or an href: the reverse of what parseTarget
 * did. Never begins with "//" and never holds "\", which browsers would take for another host.
 */
export function encodePath(path: string): string {
  return path
    .replace(/^\/{2,}/, "/")
    .split("/")
    .map(encodeSegment)
    .join("/");
}

const ESCAPES: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
);

function isPlain(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    if (SEGMENT[name.charCodeAt(at)] !== 1) return false;
  }
  return true;
}
