// Time, as a port: whoever needs it is handed a Clock, so that tests can move it by hand.
// Two kinds, because they answer different questions: the wall clock says what to print and may
// jump; the monotonic clock says how long something took and never does.

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, for dates that people read. May jump either way. */
  wallMs(): number;
  /** Milliseconds since some fixed moment, for durations and deadlines. Never goes back. */
  monotonicMs(): number;
  /**
   * Calls `tick` every `intervalMs` until the returned function is called.
   * Does not keep the process alive by itself.
   */
  every(intervalMs: number, tick: () => void): () => void;
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  every(intervalMs, tick) {
    const timer = setInterval(tick, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
