// A request, as handlers see it. Each driver brings an implementation (http1: lazy, over bytes).

import type { Fields } from "./fields.ts";
import type { Target } from "./target.ts";

export type HttpVersion = "1.0" | "1.1" | "2";

export interface Request {
  /** Case-sensitive (RFC 9110, section 9.1). */
  readonly method: string;
  readonly target: Target;
  /** Authority without userinfo, as sent (may hold a port); "" when HTTP/1.0 sent none. */
  readonly host: string;
  readonly version: HttpVersion;
  readonly fields: Fields;
  readonly body: IncomingBody;
}

/**
 * The body as it arrives; each chunk is borrowed until the next is asked for. Reading it answers
 * a waiting `Expect: 100-continue`. Left unread, the driver drains it or closes the connection.
 * Iterating throws HttpError(413) past the limit, HttpError(400) for broken framing and
 * TimeoutError for a peer that stalls.
 */
export interface IncomingBody extends AsyncIterable<Buffer> {
  /** Declared length in bytes; undefined when chunked; 0 when there is no body. */
  readonly length: number | undefined;
}
