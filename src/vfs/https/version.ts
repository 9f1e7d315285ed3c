// Which version of the protocol a server speaks. The messages have no place for it, so it stands in
// a field of every answer, which older clients do not look at. A server that says nothing speaks 1.

export const VERSION_FIELD = "HttpsFS-Version";

export const PROTOCOL_VERSION = "1";

/** @param said the field's value; undefined: the answer had none */
export function speaksOurVersion(said: string | undefined): boolean {
  return said === undefined || said.trim() === PROTOCOL_VERSION;
}

/** Of the challenge of a server that knows nobody yet. Clients look for exactly this. */
export const REALM = "PME";
