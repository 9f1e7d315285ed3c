// What may be added to every answer, and what may not. RFC 9110, section 5.
// A line break in a value would let the file write further fields, or a second answer; a framing
// field would contradict the body that is sent.

import { expected, fault, meant, type Reading, shown } from "./reading.ts";

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NAME_CHARACTERS_MAX = 256;
const VALUE_CHARACTERS_MAX = 8192;

/**
 * Written by whoever writes the answer on the wire (lower case). The same names as FRAMING_FIELDS
 * of http/response-fields.ts; a test holds them together.
 */
export const FRAMING_NAMES: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** True of one answer only: wrong as soon as it stands on every answer. */
const ANSWERS_OWN: ReadonlySet<string> = new Set([
  "accept-ranges",
  "allow",
  "content-encoding",
  "content-location",
  "content-range",
  "content-type",
  "etag",
  "last-modified",
  "location",
]);

/** The name as it will be sent. */
export function readHeaderName(name: unknown): Reading<string> {
  if (typeof name !== "string") return expected("a header name", name);
  if (name.length > NAME_CHARACTERS_MAX) {
    return fault(`a header name has at most ${NAME_CHARACTERS_MAX} characters`);
  }
  if (!TOKEN.test(name)) {
    const hint = name.includes(" ") ? "no spaces" : "letters, digits and hyphens";
    return fault(`${shown(name)} cannot be the name of a header`, hint);
  }
  const lower = name.toLowerCase();
  if (FRAMING_NAMES.has(lower)) {
    return fault(`${name} frames the answer; the server writes it itself, for each body`);
  }
  if (ANSWERS_OWN.has(lower)) {
    const hint = lower === "content-type" ? "types are said by media_types" : undefined;
    return fault(`${name} differs from answer to answer; the server writes it itself`, hint);
  }
  return meant(name);
}

export function readHeaderValue(value: unknown): Reading<string> {
  if (typeof value === "number" || typeof value === "boolean") {
    return expected("text", value, `write quotes: "${value}"`);
  }
  if (typeof value !== "string") return expected("text", value);
  if (value.length > VALUE_CHARACTERS_MAX) {
    return fault(`a header value has at most ${VALUE_CHARACTERS_MAX} characters`);
  }
  if (/[\r\n]/.test(value)) {
    return expected(
      "text on one line",
      value,
      "the block signs | and > end with a line break; >- does not",
    );
  }
  const control = /[^\t\P{Cc}]/u.exec(value);
  if (control !== null) return fault(`a header value cannot hold ${codePoint(control[0])}`);
  const foreign = /[^\p{ASCII}\u0080-\u00ff]/u.exec(value);
  if (foreign !== null) {
    const message = `a header value is Latin-1 text; it cannot hold ${codePoint(foreign[0])}`;
    return fault(message, "write it in ASCII, or percent-encoded");
  }
  if (value.trim() !== value) return expected("no space at either end", value);
  return meant(value);
}

function codePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** "text/html" or "text/html; charset=utf-8". RFC 9110, section 8.3.1. */
const MEDIA_TYPE =
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+\/[!#$%&'*+.^_`|~0-9A-Za-z-]+( ?; ?[!#$%&'*+.^_`|~0-9A-Za-z-]+=([!#$%&'*+.^_`|~0-9A-Za-z-]+|"[ !#-[\]-~]*"))*$/;

export function readMediaType(value: unknown): Reading<string> {
  const isType = typeof value === "string" && value.length <= 256 && MEDIA_TYPE.test(value);
  return isType ? meant(value) : expected("a media type such as text/plain", value);
}

/** Without dot: "md", "d.ts". */
export function readExtension(name: unknown): Reading<string> {
  if (typeof name !== "string") return expected("an extension", name);
  if (name.startsWith("."))
    return fault(`${shown(name)} is written without its dot`, `write ${name.slice(1)}`);
  // "": names that have no extension.
  if (name.length > 64 || /[\s/\\\p{Cc}]/u.test(name)) {
    return fault(`${shown(name)} cannot be the extension of a file name`);
  }
  return meant(name);
}
