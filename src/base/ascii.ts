// Bytes by name, and what may be done with bytes before they become text.
// Nothing here decodes: a parser that compares bytes where they lie makes no garbage.
// RFC 9110, sections 5.5 (field values), 5.6.2 (tokens) and 5.6.3 (whitespace).

export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const DQUOTE = 0x22;
export const HASH = 0x23;
export const PERCENT = 0x25;
export const COMMA = 0x2c;
export const SLASH = 0x2f;
export const DIGIT_0 = 0x30;
export const DIGIT_9 = 0x39;
export const COLON = 0x3a;
export const QUESTION = 0x3f;
export const BACKSLASH = 0x5c;
export const DEL = 0x7f;

/** 1 for a byte that may stand in a token (method, field name, transfer coding), 0 for others. */
export const TOKEN: Uint8Array = tableOf(
  "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
);

/** 1 for a byte that may stand in a field value: visible ASCII, obs-text, space and tab. */
export const FIELD_VALUE: Uint8Array = fieldValueTable();

/** A table of 256 bytes: 1 for each character of `characters` (Latin-1), 0 for the rest. */
export function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (let at = 0; at < characters.length; at++) table[characters.charCodeAt(at)] = 1;
  return table;
}

/**
 * Are these bytes that word, whatever their case?
 * @param lower the word in lower-case ASCII; its letters match both cases, the rest itself only
 */
export function equalsIgnoringCase(
  bytes: Uint8Array,
  start: number,
  end: number,
  lower: string,
): boolean {
  if (end - start !== lower.length) return false;
  for (let at = 0; at < lower.length; at++) {
    const byte = bytes[start + at] ?? 0;
    // Only A-Z: setting the bit blindly would make "[" equal "{" and "\r" equal "-".
    const folded = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (folded !== lower.charCodeAt(at)) return false;
  }
  return true;
}

/** Text without the spaces and tabs around it. String.trim() would also drop U+00A0 and others. */
export function trimText(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text.charCodeAt(start))) start++;
  while (end > start && isWhitespace(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Optional whitespace of RFC 9110: space and tab, nothing else. */
export function isWhitespace(byte: number | undefined): boolean {
  return byte === SP || byte === HTAB;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9;
}

/** 0 to 15, or -1 for a byte that is no hexadecimal digit. */
export function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= DIGIT_0 && byte <= DIGIT_9) return byte - DIGIT_0;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function fieldValueTable(): Uint8Array {
  const table = new Uint8Array(256).fill(1, SP);
  table[HTAB] = 1;
  table[DEL] = 0;
  return table;
}
