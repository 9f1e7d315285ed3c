// How long is this request's body? RFC 9112, section 6.3.
// Only decides; reading is incoming-body.ts. Two lengths that disagree are refused here, because
// the next server in the chain might believe the other one (request smuggling).

import type { BodyLimit } from "./limits.ts";
import { type Malformed, malformed } from "./malformed.ts";

export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" }
  | Malformed;

/** What framing depends on: the values of two fields, "twice" when there is more than one line. */
export interface FramingFields {
  readonly minor: number;
  only(name: "content-length" | "transfer-encoding"): string | "twice" | undefined;
}

const NONE = Object.freeze({ kind: "none" as const });
const CHUNKED = Object.freeze({ kind: "chunked" as const });

/** RFC 9112, section 6.3: Transfer-Encoding first, and never both. */
export function framingOf(head: FramingFields, limit: BodyLimit): Framing {
  const coding = head.only("transfer-encoding");
  const length = head.only("content-length");
  if (coding === undefined && length === undefined) return NONE;
  if (coding === "twice" || length === "twice") return malformed(400, "a repeated framing field");
  if (coding !== undefined && length !== undefined) {
    return malformed(400, "both Content-Length and Transfer-Encoding");
  }
  return coding === undefined ? declaredLength(length ?? "", limit) : onlyChunked(coding, head);
}

function onlyChunked(coding: string, head: FramingFields): Framing {
  // Section 6.1: an HTTP/1.0 client cannot mean it, so its framing is faulty.
  if (head.minor === 0) return malformed(400, "Transfer-Encoding in HTTP/1.0");
  const names = coding.toLowerCase().split(",");
  if (names.length === 1 && names[0] === "chunked") return CHUNKED;
  // A coding after chunked, or none at all, leaves the length unknown: section 6.3, point 4.
  if (names.at(-1)?.trim() !== "chunked") return malformed(400, "chunked is not the last coding");
  return malformed(501, "a transfer coding other than chunked");
}

/** Digits only: no sign, no list, no blank inside. More than fit a number is too long anyway. */
function declaredLength(text: string, { bytesMax, name }: BodyLimit): Framing {
  if (!/^[0-9]+$/.test(text)) return malformed(400, "Content-Length is not a number");
  const length = Number(text);
  if (length > bytesMax) return malformed(413, "the declared body is too long", name);
  return length === 0 ? NONE : { kind: "length", length };
}
