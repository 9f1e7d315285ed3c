// Who somebody says he is: the Authorization field of Basic. RFC 9110, section 11.6.2; RFC 7617.
// Only reads what was sent; whether it is true is for handlers/users.ts to say.

import type { Peer } from "../base/peer.ts";
import type { Fields } from "./fields.ts";

export interface Credentials {
  /** Without ":"; never a control character. May be "". */
  readonly user: string;
  /** Whatever follows the first ":", colons and all. */
  readonly password: string;
}

export type CredentialsParse =
  | { readonly kind: "basic"; readonly credentials: Credentials }
  /** Nothing was said, or in a scheme that is not ours (Bearer, Digest …). */
  | { readonly kind: "none" }
  | { readonly kind: "malformed"; readonly reason: string };

/**
 * Are these credentials right? The user's name, or undefined: no such user, or another password;
 * nobody can tell which, nor from the time it took. Slow on purpose.
 * @throws HttpError 429 for an address that has guessed too often, 503 when too many ask at once
 */
export type CheckCredentials = (
  credentials: Credentials,
  peer: Peer,
) => Promise<string | undefined>;

/** token68 of RFC 9110, 11.2, as base64 has it; padding may be left out. */
const BASIC = /^basic +([A-Za-z0-9+/]*={0,2}) *$/i;

export function credentialsOf(fields: Fields): CredentialsParse {
  const count = fields.count("authorization");
  if (count === 0) return NONE;
  // Which of the two would the next server believe?
  if (count > 1) return malformed("more than one Authorization field");
  return parseCredentials(fields.get("authorization") ?? "");
}

/** @param value of the field, one character a byte */
export function parseCredentials(value: string): CredentialsParse {
  if (!/^basic(?: |$)/i.test(value)) return NONE;
  const encoded = BASIC.exec(value)?.[1];
  if (encoded === undefined) return malformed("Basic credentials that are no base64");
  const text = textOf(Buffer.from(encoded, "base64"));
  const colon = text.indexOf(":");
  if (colon < 0) return malformed("Basic credentials without a colon");
  // RFC 7617, section 2: neither may hold a control character.
  if (/\p{Cc}/u.test(text)) return malformed("a control character in credentials");
  return {
    kind: "basic",
    credentials: { user: text.slice(0, colon), password: text.slice(colon + 1) },
  };
}

/**
 * UTF-8, as our challenge asks for; what is none comes from a client that knows Latin-1 only. In
 * one form of those that look alike (RFC 7617, section 2.1; RFC 8265): a keyboard of one system
 * types "é" as one character, that of another as two.
 */
function textOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  const isUtf8 = Buffer.from(text, "utf8").equals(bytes);
  return (isUtf8 ? text : bytes.toString("latin1")).normalize("NFC");
}

const NONE: CredentialsParse = Object.freeze({ kind: "none" });

function malformed(reason: string): CredentialsParse {
  return { kind: "malformed", reason };
}
