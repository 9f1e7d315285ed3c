// Bytes that are no acceptable message, with the status that says so. A value, not an exception:
// bad input is an expected outcome of parsing.

import type { LimitName } from "../base/limit-watch.ts";

export interface Malformed {
  readonly kind: "malformed";
  readonly status: 400 | 408 | 413 | 414 | 417 | 431 | 501 | 505;
  /** Which rule was broken, for the log and for visitors on loopback. */
  readonly reason: string;
  /** Which limit said no, where it was one. */
  readonly limit?: LimitName;
}

export function malformed(
  status: Malformed["status"],
  reason: string,
  limit?: LimitName,
): Malformed {
  const fault = { kind: "malformed", status, reason } as const;
  return Object.freeze(limit === undefined ? fault : { ...fault, limit });
}
