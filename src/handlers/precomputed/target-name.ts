// Under which name does a store keep what answers a target? SHA-256 of the target's bytes exactly as
// they were sent, in base64url (RFC 4648, section 5): 43 characters that any file system can hold,
// however long the target and whatever stands in it.

import { createHash } from "node:crypto";

/** @param raw the request target as sent, Latin-1: one character a byte */
export function nameOfTarget(raw: string): string {
  return createHash("sha256").update(raw, "latin1").digest("base64url");
}

/** What answers targets that have nothing of their own. */
export const ERROR_404_NAME = "error404";
