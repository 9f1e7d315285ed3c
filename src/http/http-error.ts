// A handler refuses. Thrown from anywhere below server/service.ts, which turns it into a Response
// by way of the site's error pages.

import type { Field } from "./fields.ts";

export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  /** For the log and for visitors on loopback: which rule said no. Strangers see the status only. */
  readonly reason: string;
  /** Fields that the status demands: Allow, Content-Range, WWW-Authenticate, Retry-After. */
  readonly fields: readonly Field[];

  constructor(status: number, reason: string, fields: readonly Field[] = [], cause?: unknown) {
    super(`${status}: ${reason}`, cause === undefined ? undefined : { cause });
    this.status = status;
    this.reason = reason;
    this.fields = fields;
  }
}
