// How long did that take, and was it remembered? Told in `Server-Timing` (https://www.w3.org/TR/server-timing/)
// to those who ask with `Want-Server-Timing: ?1` and whose address is on the operator's list. Times
// tell strangers what is in a cache and which path costs most, so nobody else ever gets them: the
// field stands on a copy of the answer, which says of itself that nobody may store it.
//
// Only what is known when the head is made: what comes after it cannot stand in it.

import type { AddressSet } from "../base/ip-address.ts";
import type { Field } from "../http/fields.ts";
import type { Context } from "../http/handler.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import type { Wrapping } from "./wrapping.ts";

export function serverTiming(addresses: AddressSet): Wrapping {
  /** Of requests that are to be told, until they are forgotten. */
  const started = new WeakMap<Request, number>();
  return {
    answers(handler) {
      return (request, context) => {
        if (!wantsTiming(request) || !addresses.has(context.peer.address)) {
          return handler(request, context);
        }
        const startMs = context.clock.monotonicMs();
        started.set(request, startMs);
        // The context is the connection's: what it says may be about the request before.
        context.cache = undefined;
        const response = handler(request, context);
        return response instanceof Promise
          ? response.then((later) => timed(later, startMs, context))
          : timed(response, startMs, context);
      };
    },
    pages(pages) {
      return (error, request, context) => {
        const page = pages(error, request, context);
        const startMs = request === undefined ? undefined : started.get(request);
        return startMs === undefined ? page : timed(page, startMs, context);
      };
    },
  };
}

/** A boolean of structured fields (RFC 9651, section 3.3.6); its parameters mean nothing here. */
function wantsTiming({ fields }: Request): boolean {
  return fields.count("want-server-timing") === 1 && isTrue(fields.get("want-server-timing"));
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^ *\?1 *(?:;|$)/.test(value);
}

function timed(response: Response, startMs: number, { clock, cache, trace }: Context): Response {
  const ms = Math.round((clock.monotonicMs() - startMs) * 1000) / 1000;
  const timing = cache === undefined ? `app;dur=${ms}` : `app;dur=${ms}, cache;desc=${cache}`;
  trace?.note("handlers/server-timing", timing);
  const others = response.fields.filter(([name]) => !OURS.has(name.toLowerCase()));
  const ours: readonly Field[] = [
    ["Cache-Control", "no-store"],
    ["Server-Timing", timing],
  ];
  return { ...response, fields: [...others, ...ours] };
}

const OURS: ReadonlySet<string> = new Set(["cache-control", "server-timing"]);
