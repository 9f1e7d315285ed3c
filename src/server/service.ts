// Between a driver and the handlers: gives each request its Context, turns whatever goes wrong
// above into a response, and hands finished exchanges to the access log.
// The only place where an exception becomes an answer; drivers may rely on answer() not throwing.

import type { Clock } from "../base/clock.ts";
import type { AddressSet } from "../base/ip-address.ts";
import type { LimitName, LimitWatch } from "../base/limit-watch.ts";
import { type Logger, loggerWith } from "../base/logger.ts";
import type { Peer } from "../base/peer.ts";
import type { Access } from "../http/access.ts";
import type { Context, ErrorPages, Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { NO_BODY, type Response } from "../http/response.ts";
import type { Exchange, ExchangeLog, Service } from "../http/service.ts";
import { clientOf } from "./forwarded.ts";
import type { RequestRate } from "./request-rate.ts";

/** Whom a site tells what happens. */
export interface SitePorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly exchanges: ExchangeLog;
  /** Told when a limit bites. */
  readonly limitWatch?: LimitWatch;
}

/** What stands behind a door. */
export interface Site extends SitePorts {
  readonly handler: Handler;
  readonly errorPages: ErrorPages;
  /** Whose word about the client is believed; undefined: nobody's. */
  readonly trustedProxies?: AddressSet;
  /** undefined: nobody is too quick. */
  readonly requestRate?: RequestRate;
}

/** What answers on a connection: looked up for each request, so that a reload is seen by the next. */
export interface SiteHolder {
  readonly site: Site;
}

/** What the server wants to know of a connection, and tell it. */
export interface ConnectionState {
  idle: boolean;
  readonly draining: boolean;
}

export class ConnectionService implements Service {
  readonly clock: Clock;
  readonly context: ConnectionContext;
  readonly #holder: SiteHolder;
  readonly #state: ConnectionState;
  /** Of the connection; a request may be somebody else's. */
  readonly #peer: Peer;
  /** The last word on whether it may say so. */
  #trust: { readonly by: AddressSet; readonly isGiven: boolean } | undefined;

  constructor(holder: SiteHolder, peer: Peer, state: ConnectionState) {
    const { site } = holder;
    this.clock = site.clock;
    this.context = new ConnectionContext(site, peer);
    this.#holder = holder;
    this.#state = state;
    this.#peer = peer;
  }

  get draining(): boolean {
    return this.#state.draining;
  }

  idle(now: boolean): void {
    this.#state.idle = now;
  }

  answer(request: Request, nowMs: number = this.clock.monotonicMs()): Response | Promise<Response> {
    this.context.calledMs = nowMs;
    this.context.begin();
    // An exchange ends with the site it began with, whatever a reload brings meanwhile.
    const { site } = this.#holder;
    try {
      this.context.peer = this.#clientOf(request, site);
      site.requestRate?.take(this.context.peer.address);
      const response = site.handler(request, this.context);
      if (!(response instanceof Promise)) return response;
      return response.catch((error: unknown) => this.#failed(error, request, site));
    } catch (error) {
      return this.#failed(error, request, site);
    }
  }

  refuse(status: number, reason: string): Response {
    this.context.begin();
    // First: its page may be given a number, and its record names it.
    const page = this.#page(new HttpError(status, reason), undefined, this.#holder.site);
    const { log, peer } = this.context;
    const details = { peer: peer.address, status };
    if (status >= 500 && status !== 501 && status !== 505) log.error("core", reason, details);
    else log.debug("parser", reason, details);
    return page;
  }

  sent(exchange: Exchange): void {
    // What is no request is nobody's but the connection's.
    if (exchange.request === undefined) this.context.peer = this.#peer;
    if (exchange.failure !== undefined) {
      const { peer, log } = this.context;
      const message = "a body could not be sent whole";
      log.error("file", message, { err: exchange.failure, peer: peer.address });
    }
    this.#holder.site.exchanges.record(exchange, this.context);
    this.context.limit = "";
  }

  hit(limit: LimitName): void {
    this.context.limit = limit;
    this.#holder.site.limitWatch?.hit(limit);
  }

  #clientOf(request: Request, { trustedProxies }: Site): Peer {
    this.context.viaProxy = false;
    if (trustedProxies === undefined) return this.#peer;
    if (this.#trust?.by !== trustedProxies) {
      this.#trust = { by: trustedProxies, isGiven: trustedProxies.has(this.#peer.address) };
    }
    if (!this.#trust.isGiven) return this.#peer;
    this.context.viaProxy = true;
    return clientOf(this.#peer, request.fields, trustedProxies);
  }

  #failed(error: unknown, request: Request, site: Site): Response {
    if (error instanceof HttpError) return this.#page(error, request, site);
    // Nothing of it is sent: what an exception says is for the operator.
    const { log } = this.context;
    log.error("core", "a handler failed", { err: error, method: request.method });
    return this.#page(new HttpError(500, "a handler failed; see the error log"), request, site);
  }

  /** Even a page that cannot be made must not leave the client without an answer. */
  #page(error: HttpError, request: Request | undefined, site: Site): Response {
    try {
      return site.errorPages(error, request, this.context);
    } catch (cause) {
      this.context.log.error("core", "an error page could not be made", { err: cause });
      return { status: error.status, fields: error.fields, body: NO_BODY };
    }
  }
}

class ConnectionContext implements Context {
  peer: Peer;
  readonly clock: Clock;
  readonly #log: Logger;
  calledMs = 0;
  #aborted: AbortController | undefined;
  #isGone = false;
  route = "";
  requestId = "";
  cache: "hit" | "miss" | undefined;
  access: Access | undefined;
  viaProxy = false;
  /** Which one the exchange has met. */
  limit: LimitName | "" = "";

  constructor(site: Site, peer: Peer) {
    this.peer = peer;
    this.clock = site.clock;
    this.#log = site.log;
  }

  /** It is that of the whole connection: what was written of one request is not the next one's. */
  begin(): void {
    this.access = undefined;
    this.route = "";
    this.requestId = "";
  }

  /** Records of a request carry its number. */
  get log(): Logger {
    const { requestId } = this;
    return requestId === "" ? this.#log : loggerWith(this.#log, { requestId });
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
