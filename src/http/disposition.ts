// "Save this under that name": Content-Disposition. RFC 6266; RFC 8187 for names beyond ASCII.
// Both forms are sent: old readers take `filename`, others the exact one.

import type { Field } from "./fields.ts";

/** @param name of a file, without directories */
export function attachment(name: string): Field {
  const plain = name.replace(/[^\x20-\x7e]|["%\\/]/gu, "_");
  return ["Content-Disposition", `attachment; filename="${plain}"; filename*=${extended(name)}`];
}

/** What may stand as it is (RFC 8187, section 3.2.1); all else is UTF-8 in hexadecimal digits. */
const ATTRIBUTE_CHARACTER = /[A-Za-z0-9!#$&+.^_`|~-]/;

function extended(name: string): string {
  // Half a pair has no UTF-8: bytes of a name that is none (base/surrogate-escape.ts).
  const encoded = [...name.replace(/\p{Surrogate}/gu, "_")].map((character) =>
    ATTRIBUTE_CHARACTER.test(character) ? character : percented(character),
  );
  return `UTF-8''${encoded.join("")}`;
}

function percented(character: string): string {
  const bytes = [...Buffer.from(character, "utf8")];
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
