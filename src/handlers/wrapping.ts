// What stands around all that a site says, answers and error pages alike, outside of everything
// else: numbers of requests, and how long they took. Nothing at all where neither is asked for.

import { addressSet } from "../base/ip-address.ts";
import type { ErrorPages, Handler } from "../http/handler.ts";
import { requestIds } from "./request-ids.ts";
import { serverTiming } from "./server-timing.ts";

export interface Wrapping {
  answers(handler: Handler): Handler;
  pages(pages: ErrorPages): ErrorPages;
}

export interface WrappingOptions {
  /** Every answer carries X-Request-Id. */
  readonly requestIds: boolean;
  /** Address ranges of those who may ask how long it took. */
  readonly serverTiming: readonly string[];
}

export function wrappingOf(options: WrappingOptions): Wrapping {
  const timing = options.serverTiming.length > 0;
  const within = timing ? serverTiming(addressSet(options.serverTiming)) : NOTHING;
  if (!options.requestIds) return within;
  const outside = requestIds();
  return {
    answers: (handler) => outside.answers(within.answers(handler)),
    pages: (pages) => outside.pages(within.pages(pages)),
  };
}

const NOTHING: Wrapping = { answers: (handler) => handler, pages: (pages) => pages };
