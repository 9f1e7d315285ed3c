// Passwords are checked in turns: a few at the same time, so that guessers can take up neither the
// processors nor the threads that read files; some wait; the rest is told to come again.

import type { LimitWatch } from "../base/limit-watch.ts";
import { HttpError } from "../http/http-error.ts";

export interface PasswordChecks {
  /** @throws HttpError 503 when too many wait already */
  inTurn<T>(check: () => Promise<T>): Promise<T>;
}

/** Waiting costs a promise and a connection; half a minute is as long as people wait. */
const WAITING_FOR_EACH = 64;

export function passwordChecks(atOnceMax: number, watch: LimitWatch): PasswordChecks {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async inTurn(check) {
      if (running < atOnceMax) running++;
      else if (waiting.length < atOnceMax * WAITING_FOR_EACH) await turn(waiting);
      else {
        watch.hit("auth_checks");
        throw new HttpError(503, "more passwords to check than limits.auth_checks allows", [
          ["Retry-After", "5"],
        ]);
      }
      try {
        return await check();
      } finally {
        // The turn is handed on, so that nobody who comes now goes first.
        const next = waiting.shift();
        if (next === undefined) running--;
        else next();
      }
    },
  };
}

function turn(waiting: (() => void)[]): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
  });
}
