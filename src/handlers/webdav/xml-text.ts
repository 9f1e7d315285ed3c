// Bytes of an XML document as text. RFC 4918, section 8.2, demands UTF-8 and UTF-16; XML 1.0,
// appendix F, and RFC 7303, section 3, say how they are told apart: the mark at the beginning comes
// first, then the field Content-Type, then what the first bytes look like, then what the document
// says of itself.

/** undefined: in another encoding, or not valid in its own. */
export function xmlTextOf(bytes: Uint8Array, contentType: string | undefined): string | undefined {
  const encoding = markOf(bytes) ?? charsetOf(contentType) ?? looksLike(bytes);
  const name = ENCODINGS.get(encoding.toLowerCase());
  if (name === undefined) return undefined;
  const text = decoded(bytes, name);
  if (text === undefined || encoding !== "by itself") return text;
  const said = /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']/.exec(text)?.[1] ?? "utf-8";
  // What can be read as UTF-8 may well be ASCII; what says to be something else is not guessed at.
  return ENCODINGS.get(said.toLowerCase()) === "utf-8" ? text : undefined;
}

function decoded(bytes: Uint8Array, name: Encoding): string | undefined {
  const isTurned = name === "utf-16be";
  try {
    // UTF-16 in the other order needs all of ICU, which not every Node has; turned round it does not.
    const decoder = new TextDecoder(isTurned ? "utf-16le" : name, { fatal: true });
    return decoder.decode(isTurned ? turned(bytes) : bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function turned(bytes: Uint8Array): Uint8Array {
  const even = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  // Half a character stays at the end, and is found out.
  return Buffer.concat([even.swap16(), bytes.subarray(even.length)]);
}

type Encoding = "utf-8" | "utf-16be" | "utf-16le";

/** By the names that documents and fields use. UTF-16 without a mark is big-endian (RFC 2781). */
const ENCODINGS: ReadonlyMap<string, Encoding> = new Map<string, Encoding>([
  ["by itself", "utf-8"],
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["us-ascii", "utf-8"],
  ["ascii", "utf-8"],
  ["utf-16", "utf-16be"],
  ["utf-16be", "utf-16be"],
  ["utf-16le", "utf-16le"],
]);

function markOf(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xff && second === 0xfe ? "utf-16le" : undefined;
}

function charsetOf(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([\w.-]+)"?/i.exec(contentType ?? "")?.[1];
}

/** "<" in one of the encodings; "by itself": it can be read far enough to see what it says. */
function looksLike([first, second]: Uint8Array): string {
  if (first === 0 && second === 0x3c) return "utf-16be";
  return first === 0x3c && second === 0 ? "utf-16le" : "by itself";
}
