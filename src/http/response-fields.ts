// Which fields a response may carry. The last guard against response splitting: no name or value
// gets past it that would end its line early, and none that would contradict the framing.

import { FIELD_VALUE, TOKEN } from "../base/ascii.ts";
import type { Field } from "./fields.ts";

/** Names that belong to the driver, in lower case: it derives them from the body. */
export const FRAMING_FIELDS: ReadonlySet<string> = new Set([
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

/** @throws TypeError for a field that cannot be sent: a bug of whoever made the response. */
export function assertSendable(fields: readonly Field[]): void {
  for (const [name, value] of fields) {
    if (name === "" || !consistsOf(TOKEN, name) || !consistsOf(FIELD_VALUE, value)) {
      throw new TypeError(`a response field that cannot be sent: ${JSON.stringify([name, value])}`);
    }
    if (FRAMING_FIELDS.has(name.toLowerCase())) {
      throw new TypeError(`${name} belongs to the driver, not to a response`);
    }
  }
}

function consistsOf(table: Uint8Array, text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (table[text.charCodeAt(at)] !== 1) return false;
  }
  return true;
}
