// Processes that live and die as a test says.

import type { Facts, Processes, Sent } from "../../src/cli/processes.ts";

export interface FakeProcesses extends Processes {
  readonly alive: Map<number, Facts>;
  /** "SIGHUP 7", in order. */
  readonly signals: string[];
  /** What the next signals come to. */
  outcome: Sent;
  /** Called with each signal that was sent. */
  onSignal: (signal: string) => void;
}

export const OWN_PID = 100;
/** Of the process that runs the test: files that it makes are its own. */
const OWN_UID: number | undefined = process.geteuid?.();

export function fakeProcesses(alive: Readonly<Record<number, Facts>> = {}): FakeProcesses {
  const all = new Map(Object.entries(alive).map(([pid, facts]) => [Number(pid), facts] as const));
  all.set(OWN_PID, { birth: "boot/100", uid: OWN_UID });
  const processes: FakeProcesses = {
    ownPid: OWN_PID,
    ownUid: OWN_UID,
    alive: all,
    signals: [],
    outcome: "sent",
    onSignal: () => {},
    look: (pid) => all.get(pid),
    signal(pid, signal) {
      if (processes.outcome !== "sent") return processes.outcome;
      processes.signals.push(`${signal} ${pid}`);
      processes.onSignal(signal);
      return "sent";
    },
  };
  return processes;
}

export function bornAt(tick: number): Facts {
  return { birth: `boot/${tick}`, uid: OWN_UID };
}
