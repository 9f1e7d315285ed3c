// Time moved by hand. advance() fires every timer that falls due on the way, in order of time and
// then of making, each at its own moment: what a tick reads from the clock is what it would have
// read in life.

import type { Clock } from "../../src/base/clock.ts";

export interface FakeClock extends Clock {
  /** Both clocks go on by `ms`; timers due on the way fire. */
  advance(ms: number): void;
  /** The wall clock jumps, as when somebody sets it; durations and timers do not notice. */
  setWall(ms: number): void;
  /** How many timers run: 0 when everybody has tidied up. */
  readonly timers: number;
}

/** 2026-01-02T03:04:05.678Z, unless told otherwise. */
export function fakeClock(startWallMs = 1_767_323_045_678): FakeClock {
  let monotonicMs = 1000;
  let wallOffsetMs = startWallMs - monotonicMs;
  const timers = new Set<Timer>();

  /** The first to fire among equals is the first made: a Set keeps that order. */
  const nextDue = (untilMs: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  };

  return {
    wallMs: () => monotonicMs + wallOffsetMs,
    monotonicMs: () => monotonicMs,
    wallAt: (atMs) => atMs + wallOffsetMs,
    every(intervalMs, tick) {
      if (!(intervalMs > 0)) throw new RangeError(`a timer of ${intervalMs} ms never rests`);
      const timer = { intervalMs, tick, dueMs: monotonicMs + intervalMs };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(ms) {
      const untilMs = monotonicMs + ms;
      for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) {
        monotonicMs = due.dueMs;
        due.dueMs += due.intervalMs;
        due.tick();
      }
      monotonicMs = untilMs;
    },
    setWall(ms) {
      wallOffsetMs = ms - monotonicMs;
    },
    get timers() {
      return timers.size;
    },
  };
}

interface Timer {
  readonly intervalMs: number;
  readonly tick: () => void;
  dueMs: number;
}
