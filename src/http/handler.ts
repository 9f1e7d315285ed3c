// What stands between a request and its response.

import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Peer } from "../base/peer.ts";
import type { Trace } from "../base/trace.ts";
import type { Access } from "./access.ts";
import type { HttpError } from "./http-error.ts";
import type { Request } from "./request.ts";
import type { Response } from "./response.ts";

/** The world around a request. One per connection, shared by its requests. */
export interface Context {
  readonly peer: Peer;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal;
  /** Which route answered last, as people know it: written by routes.ts, for those who count. */
  route: string;
  /** Of the request under way, where the server gives numbers: written by request-ids.ts; else "". */
  requestId: string;
  /** A proxy of ours sent the request: what it says on its own is believed. */
  readonly viaProxy: boolean;
  /**
   * What the sender of the request under way may do; undefined: whatever there is. Written anew for
   * every request, by authorization.ts, wherever there are rules.
   */
  access?: Access | undefined;
  /** Whether the answer was remembered: written by cached.ts, for those who ask about time. */
  cache: "hit" | "miss" | undefined;
  /**
   * The monotonic clock, when the handler was called: for those who want it then and there, and on
   * every request. Once anything has been waited for, it is another request's. Absent: ask `clock`.
   */
  readonly calledMs?: number;
  readonly trace?: Trace;
}

/** May throw HttpError; anything else thrown becomes 500. */
export type Handler = (request: Request, context: Context) => Response | Promise<Response>;

/**
 * Dresses a refusal as a page. Never throws. `request` is undefined when nothing that could be
 * understood had arrived.
 */
export type ErrorPages = (
  error: HttpError,
  request: Request | undefined,
  context: Context,
) => Response;
