// Other processes of this machine, as a port: who lives under a number, and how to send it a signal.
//
// Numbers are used again, soon in containers and after a restart of the machine. So a process is
// known by its birth too: the boot it belongs to and the tick it began in, as Linux counts them.
// A moment of the wall clock would not do: clocks are set, on small machines minutes after start.

import { readFileSync, statSync } from "node:fs";
import { codeOf } from "../base/system-error.ts";

export interface Facts {
  /** undefined where the system does not say. */
  readonly birth: string | undefined;
  readonly uid: number | undefined;
}

export type Sent = "sent" | "gone" | "not permitted";

export interface Processes {
  readonly ownPid: number;
  /** undefined on systems without users. */
  readonly ownUid: number | undefined;
  /** undefined: there is no such process, or only its remains. */
  look(pid: number): Facts | undefined;
  signal(pid: number, signal: "SIGHUP" | "SIGTERM"): Sent;
}

export const realProcesses: Processes = {
  ownPid: process.pid,
  // It may become another user.
  get ownUid() {
    return process.geteuid?.();
  },
  look(pid) {
    if (send(pid, 0) === "gone") return undefined;
    const facts = factsFromProc(pid);
    return facts === "remains" ? undefined : facts;
  },
  signal: send,
};

function send(pid: number, signal: NodeJS.Signals | 0): Sent {
  try {
    process.kill(pid, signal);
    return "sent";
  } catch (error) {
    const code = codeOf(error);
    if (code === "ESRCH") return "gone";
    if (code === "EPERM") return "not permitted";
    throw error;
  }
}

const UNKNOWN: Facts = { birth: undefined, uid: undefined };

/** proc(5). Elsewhere than on Linux nothing is known of a process but that it is there. */
function factsFromProc(pid: number): Facts | "remains" {
  const stat = textOf(`/proc/${pid}/stat`);
  const boot = textOf("/proc/sys/kernel/random/boot_id");
  if (stat === undefined || boot === undefined) return UNKNOWN;
  // Behind the name, which stands in brackets and may hold anything, brackets too.
  const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // Field 3, and field 22 of which the first two are already gone.
  const [state, ticks] = [words[0], words[19]];
  if (state === "Z" || state === "X") return "remains";
  const owner = statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
  return { birth: `${boot.trim()}/${ticks}`, uid: owner };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined; // no /proc here, or the process has just ended: then the next look says so
  }
}
