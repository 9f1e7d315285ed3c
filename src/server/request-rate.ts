// How many requests a second one client may make: a bucket of tokens for each, as many as may come
// at once, filled again at the rate that holds on the average. Of IPv6 a client is a network of /64.
//
// Kept as one number a client: when the bucket will be full again (GCRA, ITU-T I.371, which is the
// same thing without counting). Who has a full bucket is no different from a stranger, and is
// forgotten. What other processes of this server allow a client is taken out of the bucket as
// soon as it is heard of.

import type { Clock } from "../base/clock.ts";
import { limitKeyOf, UNIX } from "../base/ip-address.ts";
import { type LimitWatch, nobodyWatches } from "../base/limit-watch.ts";
import { type SharedSpending, SPENT_NOWHERE_ELSE } from "../base/shared-spending.ts";
import { HttpError } from "../http/http-error.ts";

export interface RequestRateOptions {
  /** Requests a second on the average; above 0. */
  readonly rateMax: number;
  /** How many may come at once; at least 1. */
  readonly burstMax: number;
  readonly clock: Clock;
  readonly watch?: LimitWatch | undefined;
  /** The other processes of this server. */
  readonly fellows?: SharedSpending | undefined;
  /** Clients remembered; a flood of addresses costs no more than these. */
  readonly clientsMax?: number;
}

export interface RequestRate {
  /** Counts a request. @throws HttpError 429, with the time after which there is room again */
  take(address: string): void;
  readonly clientCount: number;
}

/** About 10 MiB, when all are there. */
const CLIENTS_MAX = 65_536;

/** Clocks are no whole numbers, and sums of those are not exact. */
const ROUNDING_MS = 0.001;

/** More are forgotten than come, so that the map shrinks after a flood. */
const FORGOTTEN_AT_ONCE = 2;

export function requestRate(options: RequestRateOptions): RequestRate {
  const { rateMax, burstMax, clock, watch = nobodyWatches, clientsMax = CLIENTS_MAX } = options;
  const { fellows = SPENT_NOWHERE_ELSE } = options;
  const tokenMs = 1000 / rateMax;
  const bucketMs = burstMax * tokenMs;
  /** When each bucket is full again; who came last stands last. */
  const fullAt = new Map<string, number>();

  const forget = (nowMs: number) => {
    let looks = FORGOTTEN_AT_ONCE;
    for (const [client, atMs] of fullAt) {
      if (atMs > nowMs && fullAt.size <= clientsMax) return;
      fullAt.delete(client);
      looks -= 1;
      if (looks === 0) return;
    }
  };

  const spentElsewhere = (client: string, count: number) => {
    const nowMs = clock.monotonicMs();
    const before = Math.max(nowMs, fullAt.get(client) ?? nowMs);
    fullAt.delete(client);
    // Two that were both right may have let through more than fits: nobody waits longer for it.
    fullAt.set(client, Math.min(before + count * tokenMs, nowMs + bucketMs));
    forget(nowMs);
  };

  return {
    take(address) {
      // Everybody behind it has the same: a proxy that does not say whom it speaks for.
      if (address === UNIX) return;
      const nowMs = clock.monotonicMs();
      const client = limitKeyOf(address);
      const before = Math.max(nowMs, fullAt.get(client) ?? nowMs);
      const waitMs = before + tokenMs - bucketMs - nowMs;
      const isTooMany = waitMs > ROUNDING_MS;
      fullAt.delete(client);
      fullAt.set(client, isTooMany ? before : before + tokenMs);
      forget(nowMs);
      // Here and not at the beginning: a reload may make one that is never asked.
      fellows.hearWith(spentElsewhere);
      if (!isTooMany) {
        fellows.spent(client);
        return;
      }
      watch.hit("request_rate");
      const seconds = String(Math.ceil(waitMs / 1000));
      throw new HttpError(429, "more requests than limits.request_rate allows", [
        ["Retry-After", seconds],
      ]);
    },
    get clientCount() {
      return fullAt.size;
    },
  };
}
