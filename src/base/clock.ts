// Time, as a port: whoever needs it is handed a Clock, so that tests can move it by hand.
// Two kinds, because they answer different questions: the wall clock says what to print and may
// jump; the monotonic clock says how long something took and never does.

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, for dates that people read. May jump either way. */
  wallMs(): number;
  /** Milliseconds since some fixed moment, for durations and deadlines. Never goes back. */
  monotonicMs(): number;
  /**
   * What the wall clock says at a moment just read from the monotonic one. For those who have
   * such a moment at hand on every request: a jump may be noticed some milliseconds late.
   */
  wallAt(monotonicMs: number): number;
  /**
   * Calls `tick` every `intervalMs` until the returned function is called.
   * Does not keep the process alive by itself.
   */
  every(intervalMs: number, tick: () => void): () => void;
}

/** Reading a clock costs 50 to 70 ns, as much as looking up an answer: see wallAt(). */
const IN_STEP_MS = 20;

/** When the two clocks were last read together. */
let together = { monotonicMs: Number.NEGATIVE_INFINITY, wallMs: 0 };

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  wallAt(monotonicMs) {
    const sinceMs = monotonicMs - together.monotonicMs;
    if (sinceMs >= 0 && sinceMs < IN_STEP_MS) return together.wallMs + sinceMs;
    together = { monotonicMs: performance.now(), wallMs: Date.now() };
    return together.wallMs + monotonicMs - together.monotonicMs;
  },
  every(intervalMs, tick) {
    const timer = setInterval(tick, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
