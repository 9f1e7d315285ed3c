// The pid file: the number of the server's process, for scripts, logrotate and `ferrox reload`.
// Written once the doors are open, gone when the server is. Beside it stands the status file
// (run-status.ts), which also says which process was meant when numbers are used again.

import { closeSync, readFileSync } from "node:fs";
import { messageOf } from "./machine-error.ts";
import { makeInPlaceOf, openPlain, unlinkIfAllowed } from "./plain-file.ts";
import type { Processes } from "./processes.ts";
import { openStatusFile, readStatus, type StatusFile } from "./run-status.ts";

export type Holder =
  /** No file, or an empty one. */
  | { readonly kind: "nobody" }
  /** That process is gone, or its number belongs to another one now. */
  | { readonly kind: "stale"; readonly pid: number }
  | { readonly kind: "running"; readonly pid: number }
  /** A sentence. */
  | { readonly kind: "unusable"; readonly message: string };

/** Whose number stands there, and is that process alive? */
export function holderOf(path: string, processes: Processes): Holder {
  const opened = openPlain(path);
  if (opened.kind === "absent") return { kind: "nobody" };
  if (opened.kind === "refused") return unusable(`${path} ${opened.reason}`);
  const { descriptor, stats } = opened;
  let text: string;
  try {
    text = readFileSync(descriptor, "latin1").trim();
  } finally {
    closeSync(descriptor);
  }
  if (text === "") return { kind: "nobody" };
  // 0 and negative numbers would be whole groups of processes.
  const pid = /^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : undefined;
  if (pid === undefined) return unusable(`${path} is no pid file: it holds no process number`);
  const facts = processes.look(pid);
  if (facts === undefined) return { kind: "stale", pid };
  const status = readStatus(path);
  const isAnother = status?.pid === pid && status.birth !== facts.birth;
  if (isAnother) return { kind: "stale", pid };
  // Whoever may write the file may make us signal the process: so it has to be theirs.
  const isTrusted = [0, processes.ownUid, facts.uid].includes(stats.uid);
  if (isTrusted) return { kind: "running", pid };
  return unusable(`${path} belongs to another user than process ${pid}: it is not believed`);
}

function unusable(message: string): Holder {
  return { kind: "unusable", message };
}

export interface PidFile {
  readonly status: StatusFile;
  /** Gone, unless somebody else's number stands there now. */
  remove(): void;
}

export type PidFileClaim =
  | { readonly kind: "written"; readonly file: PidFile }
  /** One line. */
  | { readonly kind: "refused"; readonly message: string };

/** @param onTrouble told when the status can no longer be written */
export function writePidFile(
  path: string,
  processes: Processes,
  onTrouble: (error: unknown) => void,
): PidFileClaim {
  const { ownPid } = processes;
  const holder = holderOf(path, processes);
  if (holder.kind === "unusable") return { kind: "refused", message: holder.message };
  // In a container the number of the last run is likely to be our own.
  if (holder.kind === "running" && holder.pid !== ownPid) {
    const message = `ferrox is already running as process ${holder.pid} (${path})`;
    return { kind: "refused", message };
  }
  try {
    const birth = processes.look(ownPid)?.birth;
    const status = openStatusFile(path, { pid: ownPid, birth }, onTrouble);
    closeSync(makeInPlaceOf(path, `${ownPid}\n`));
    return { kind: "written", file: { status, remove: () => remove(path, processes, status) } };
  } catch (error) {
    return { kind: "refused", message: `the pid file cannot be written: ${messageOf(error)}` };
  }
}

function remove(path: string, processes: Processes, status: StatusFile): void {
  const holder = holderOf(path, processes);
  if (holder.kind !== "running" || holder.pid !== processes.ownPid) return;
  unlinkIfAllowed(path);
  status.remove();
}
