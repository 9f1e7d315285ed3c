// Between a driver and the handlers: gives each request its Context, turns whatever goes wrong
// above into a response, and hands finished exchanges to the access log.
// The only place where an exception becomes an answer; drivers may rely on answer() not throwing.

import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { Peer } from "../base/peer.ts";
import type { Context, ErrorPages, Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { NO_BODY, type Response } from "../http/response.ts";
import type { Exchange, Service } from "../http/service.ts";

/** Whom a site tells what happens. */
export interface SitePorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly exchanges: ExchangeLog;
}

/** What stands behind a door. */
export interface Site extends SitePorts {
  readonly handler: Handler;
  readonly errorPages: ErrorPages;
}

/** One record for each exchange, whatever became of it. */
export interface ExchangeLog {
  record(exchange: Exchange, peer: Peer): void;
}

/** What the server wants to know of a connection, and tell it. */
export interface ConnectionState {
  idle: boolean;
  readonly draining: boolean;
}

export class ConnectionService implements Service {
  readonly clock: Clock;
  readonly context: ConnectionContext;
  readonly #site: Site;
  readonly #state: ConnectionState;

  constructor(site: Site, peer: Peer, state: ConnectionState) {
    this.clock = site.clock;
    this.context = new ConnectionContext(site, peer);
    this.#site = site;
    this.#state = state;
  }

  get draining(): boolean {
    return this.#state.draining;
  }

  idle(now: boolean): void {
    this.#state.idle = now;
  }

  answer(request: Request): Response | Promise<Response> {
    try {
      const response = this.#site.handler(request, this.context);
      if (!(response instanceof Promise)) return response;
      return response.catch((error: unknown) => this.#failed(error, request));
    } catch (error) {
      return this.#failed(error, request);
    }
  }

  refuse(status: number, reason: string): Response {
    const { log } = this.#site;
    const details = { peer: this.context.peer.address, status };
    if (status >= 500 && status !== 501 && status !== 505) log.error("core", reason, details);
    else log.debug("parser", reason, details);
    return this.#page(new HttpError(status, reason), undefined);
  }

  sent(exchange: Exchange): void {
    const { peer } = this.context;
    if (exchange.failure !== undefined) {
      const message = "a body could not be sent whole";
      this.#site.log.error("file", message, { err: exchange.failure, peer: peer.address });
    }
    this.#site.exchanges.record(exchange, peer);
  }

  #failed(error: unknown, request: Request): Response {
    if (error instanceof HttpError) return this.#page(error, request);
    // Nothing of it is sent: what an exception says is for the operator.
    this.#site.log.error("core", "a handler failed", { err: error, method: request.method });
    return this.#page(new HttpError(500, "a handler failed; see the error log"), request);
  }

  /** Even a page that cannot be made must not leave the client without an answer. */
  #page(error: HttpError, request: Request | undefined): Response {
    try {
      return this.#site.errorPages(error, request, this.context);
    } catch (cause) {
      this.#site.log.error("core", "an error page could not be made", { err: cause });
      return { status: error.status, fields: error.fields, body: NO_BODY };
    }
  }
}

class ConnectionContext implements Context {
  readonly peer: Peer;
  readonly clock: Clock;
  readonly log: Logger;
  #aborted: AbortController | undefined;
  #isGone = false;
  route = "";

  constructor(site: Site, peer: Peer) {
    this.peer = peer;
    this.clock = site.clock;
    this.log = site.log;
  }

  /** Made when somebody asks: most requests are answered before anyone could want to stop. */
  get signal(): AbortSignal {
    this.#aborted ??= new AbortController();
    if (this.#isGone) this.#aborted.abort();
    return this.#aborted.signal;
  }

  /** The connection is over. */
  gone(): void {
    this.#isGone = true;
    this.#aborted?.abort();
  }
}
