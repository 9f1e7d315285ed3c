// Worker processes that are none: what they are told is kept, and what they say and how they end is
// up to the test.

import type { Fork, ProcessEvents } from "../../../src/cli/workers/member.ts";
import type { ToPrimary, ToWorker } from "../../../src/cli/workers/messages.ts";

export interface FakeProcess {
  readonly pid: number;
  /** Kinds of what it was told, in order. */
  readonly told: ToWorker["kind"][];
  readonly messages: ToWorker[];
  readonly signals: NodeJS.Signals[];
  say(message: ToPrimary): void;
  end(code: number | null, signal?: NodeJS.Signals): void;
}

export interface FakeFork {
  readonly fork: Fork;
  /** Every one that was ever started. */
  readonly processes: readonly FakeProcess[];
  /** From now on each says at once what one does that works. */
  obliging: boolean;
}

export function fakeFork(): FakeFork {
  const processes: FakeProcess[] = [];
  const fake = {
    processes,
    obliging: true,
    fork: (events: ProcessEvents) => {
      const process = fakeProcess(100 + processes.length, events, () => fake.obliging);
      processes.push(process);
      return {
        pid: process.pid,
        send: (message: ToWorker) => hear(process, message, fake.obliging),
        kill: (signal: NodeJS.Signals) => {
          process.signals.push(signal);
          process.end(null, signal);
        },
      };
    },
  };
  return fake;
}

function fakeProcess(pid: number, events: ProcessEvents, isObliging: () => boolean): FakeProcess {
  let isOver = false;
  const process: FakeProcess = {
    pid,
    told: [],
    messages: [],
    signals: [],
    say: (message) => {
      if (!isOver) events.said(message);
    },
    end(code, signal) {
      if (isOver) return;
      isOver = true;
      events.ended({ code, signal: signal ?? null });
    },
  };
  // As a real one does: later, when whoever has started it has gone on.
  queueMicrotask(() => {
    if (isObliging()) process.say({ kind: "hello" });
  });
  return process;
}

function hear(process: FakeProcess, message: ToWorker, isObliging: boolean): void {
  process.told.push(message.kind);
  process.messages.push(message);
  if (!isObliging) return;
  if (message.kind === "start") process.say({ kind: "listening", doors: [] });
  if (message.kind === "reload") process.say({ kind: "reloaded", refusals: [], doors: [] });
  if (message.kind === "drain" || message.kind === "cut") process.end(0);
}
