// What the server gives a driver, per connection: the one way up from the wire.

import type { Clock } from "../base/clock.ts";
import type { LimitName } from "../base/limit-watch.ts";
import type { Peer } from "../base/peer.ts";
import type { Access } from "./access.ts";
import type { Request } from "./request.ts";
import type { Response } from "./response.ts";

/** One request and what became of it; becomes one line of the access log. */
export interface Exchange {
  /** undefined: the bytes were no request; `firstLine` is then all there is. */
  readonly request: Request | undefined;
  /** Of a refused head: its first line as received (Latin-1, cut at 1 KiB); "" otherwise. */
  readonly firstLine: string;
  readonly response: Response;
  /** Body bytes handed to the transport; fewer than the length when the peer went away. */
  readonly bodyBytes: number;
  /** False when the body could not be sent whole. */
  readonly complete: boolean;
  readonly durationMs: number;
  /** Of the request's body, packing included, by the end of the answer; undefined: it had none. */
  readonly receivedBytes?: number;
  /** By the monotonic clock. */
  readonly endedMs: number;
  /** Why the body could not be sent whole, where it was our side that failed. */
  readonly failure?: unknown;
}

/** What is known of an exchange beside itself; a Context knows it. */
export interface Circumstances {
  readonly peer: Peer;
  /** Which route answered; "": none did. */
  readonly route: string;
  /** "": requests have no numbers here. */
  readonly requestId: string;
  /** The limit that it met; "": none. */
  readonly limit: LimitName | "";
  /** What its sender may do, and who he is; undefined: nobody asked. */
  readonly access?: Pick<Access, "user"> | undefined;
}

/** One record for each exchange, whatever became of it. */
export interface ExchangeLog {
  record(exchange: Exchange, circumstances: Circumstances): void;
}

export interface Service {
  readonly clock: Clock;
  /**
   * Never throws and never rejects: what goes wrong above becomes a response.
   * @param nowMs the monotonic clock, just read
   */
  answer(request: Request, nowMs: number): Response | Promise<Response>;
  /** What to say to bytes that are no request (400, 431 …) or that we will not wait for (408). */
  refuse(status: number, reason: string): Response;
  sent(exchange: Exchange): void;
  /** One of the wire's limits has refused or ended something. */
  hit(limit: LimitName): void;
  /** May this connection be closed right now without losing anything? */
  idle(now: boolean): void;
  /** True when this connection should end after the answer under way. */
  readonly draining: boolean;
}
