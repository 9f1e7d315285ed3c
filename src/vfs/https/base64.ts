// Base64 as RFC 4648, section 4 has it, and nothing else. Buffer.from(…, "base64") takes anything,
// the URL alphabet and missing padding too; two texts that mean the same bytes would be let through.

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}

/** undefined: not the one text that stands for some bytes. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  // Encoding gives one text only, so whatever was skipped or made up shows.
  return bytes.toString("base64") === text ? bytes : undefined;
}
