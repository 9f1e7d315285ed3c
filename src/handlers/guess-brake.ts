// A brake on guessing passwords: after a few failures an address waits, twice as long after each
// further one. Of IPv6 an address is a network of /64. While it waits its passwords are not looked
// at, right ones neither: whoever guesses must not learn that one was right.
//
// The same wrong password again is no new guess: a mail program or a mounted folder that was not
// told of a new password repeats the old one for days, and must not lock out all its neighbours.

import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { limitKeyOf } from "../base/ip-address.ts";
import type { LimitWatch } from "../base/limit-watch.ts";
import { Lru } from "../base/lru.ts";
import { HttpError } from "../http/http-error.ts";

export interface GuessBrakeOptions {
  /** Failures before an address must wait; at least 1. */
  readonly failuresMax: number;
  /** The longest wait; and after so long without a failure all of them are forgotten. */
  readonly windowMs: number;
  readonly clock: Clock;
  readonly watch: LimitWatch;
  /** Addresses remembered; a flood of them costs no more than these. */
  readonly addressesMax?: number;
}

export interface GuessBrake {
  /**
   * Somebody is about to try. The trial counts as a failure until it is taken back, so that many at
   * the same time are as many as one after the other.
   * @param guess what is tried, as some text that tells guesses apart; it is not kept
   * @throws HttpError 429, with the time after which he may try again
   */
  attempt(address: string, guess: string): Attempt;
  /**
   * Whether what was right before may be taken from memory, without attempt(). Not for an address
   * that goes on and on while it has to wait: it would find a password that is just in use.
   */
  mayRecall(address: string): boolean;
}

/** "repeated": it failed just now; nothing was counted, and nothing is to be checked. */
export type Attempt = "repeated" | { right(): void };

interface Failures {
  count: number;
  lastMs: number;
  /** Trials while it had to wait. */
  refused: number;
  readonly wrong: Set<string>;
}

/** About 10 MiB, when all are there. */
const ADDRESSES_MAX = 16_384;
const SECOND_MS = 1000;
/** Enough for neighbours that are kept out and try again, and hopeless for whoever guesses. */
const REFUSED_MAX = 100;
/** Wrong guesses of one address that are known again. */
const WRONG_MAX = 4;

export function guessBrake(options: GuessBrakeOptions): GuessBrake {
  const { failuresMax, windowMs, clock, watch, addressesMax = ADDRESSES_MAX } = options;
  const table = new Lru<string, Failures>({ entriesMax: addressesMax, bytesMax: addressesMax });
  // Nobody can find two guesses that are taken for one, or read them out of a dump of memory.
  const secret = randomBytes(32);
  const sealed = (guess: string) => createHmac("sha256", secret).update(guess).digest("base64");

  const waitMsOf = ({ count, lastMs }: Failures, nowMs: number): number => {
    if (count < failuresMax) return 0;
    const pauseMs = Math.min(windowMs, SECOND_MS * 2 ** Math.min(count - failuresMax, 30));
    return Math.max(0, lastMs + pauseMs - nowMs);
  };

  const failuresOf = (key: string, nowMs: number): Failures => {
    const known = table.get(key);
    if (known !== undefined && nowMs - known.lastMs < windowMs) return known;
    return { count: 0, lastMs: nowMs, refused: 0, wrong: new Set() };
  };

  return {
    attempt(address, guess) {
      const nowMs = clock.monotonicMs();
      const key = limitKeyOf(address);
      const failures = failuresOf(key, nowMs);
      const sign = sealed(guess);
      if (failures.wrong.has(sign)) return "repeated";
      const waitMs = waitMsOf(failures, nowMs);
      if (waitMs > 0) {
        failures.refused++;
        watch.hit("auth_failures");
        throw new HttpError(429, "more wrong passwords than limits.auth_failures allows", [
          ["Retry-After", String(Math.ceil(waitMs / SECOND_MS))],
        ]);
      }
      failures.count++;
      failures.lastMs = nowMs;
      failures.wrong.add(sign);
      if (failures.wrong.size > WRONG_MAX) failures.wrong.delete([...failures.wrong][0] ?? "");
      table.set(key, failures, 1);
      return {
        right() {
          failures.count--;
          failures.wrong.delete(sign);
        },
      };
    },
    mayRecall(address) {
      return failuresOf(limitKeyOf(address), clock.monotonicMs()).refused < REFUSED_MAX;
    },
  };
}
