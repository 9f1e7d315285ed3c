// Looks again and again for what another process does in its own time.

import { type Clock, systemClock } from "../base/clock.ts";

const LOOK_MS = 50;

/** For a process that has nothing to do but to wait: its timers keep it alive. */
export const waitingClock: Clock = {
  ...systemClock,
  every(intervalMs, tick) {
    const timer = setInterval(tick, intervalMs);
    return () => clearInterval(timer);
  },
};

/** undefined: not within `timeoutMs`. */
export function lookUntil<Seen>(
  look: () => Seen | undefined,
  timeoutMs: number,
  clock: Clock,
): Promise<Seen | undefined> {
  const first = look();
  if (first !== undefined) return Promise.resolve(first);
  const endMs = clock.monotonicMs() + timeoutMs;
  return new Promise((resolve) => {
    const stop = clock.every(LOOK_MS, () => {
      const seen = look();
      if (seen === undefined && clock.monotonicMs() < endMs) return;
      stop();
      resolve(seen);
    });
  });
}
