// Bytes that are no acceptable message, with the status that says so. A value, not an exception:
// bad input is an expected outcome of parsing.

export interface Malformed {
  readonly kind: "malformed";
  readonly status: 400 | 408 | 413 | 414 | 417 | 431 | 501 | 505;
  /** Which rule was broken, for the log and for visitors on loopback. */
  readonly reason: string;
}

export function malformed(status: Malformed["status"], reason: string): Malformed {
  return Object.freeze({ kind: "malformed", status, reason });
}
