// `ferrox reload`: has a running server read its configuration anew, and says what became of it.
// The configuration is judged here first: what is wrong is told at once, with its lines, and the
// server never hears of it. Success is not assumed: the server writes how it went into its status
// file (run-status.ts), and that is waited for.

import type { Clock } from "../base/clock.ts";
import { harmless } from "../config/reading.ts";
import { EXIT_FAILED, EXIT_FINE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { lookUntil } from "./look-until.ts";
import type { Processes } from "./processes.ts";
import { type RunStatus, readStatus } from "./run-status.ts";
import { findRunning, refusedSignal, type WhichServer } from "./running-server.ts";

export type ReloadOptions = WhichServer;

/** A server that is busy with something else answers within this time; else it has a problem. */
const OUTCOME_MS = 10_000;

export async function runReload(
  options: ReloadOptions,
  io: Io,
  { processes, clock }: { processes: Processes; clock: Clock },
): Promise<ExitCode> {
  const found = findRunning(options, io, processes);
  if (found.kind === "failed") return found.code;
  const { pid, pidFile } = found;
  const before = readStatus(pidFile)?.reloads;
  const refused = refusedSignal(processes.signal(pid, "SIGHUP"), pid, io);
  if (refused !== undefined) return refused;
  if (before === undefined) {
    io.out(`process ${pid} was asked; how it went stands in its error log\n`);
    return EXIT_FINE;
  }
  const isGone = () => processes.look(pid) === undefined;
  const look = (): RunStatus | "gone" | undefined => {
    const status = readStatus(pidFile);
    if (status !== undefined && status.reloads > before) return status;
    return isGone() ? "gone" : undefined;
  };
  const seen = await lookUntil(look, OUTCOME_MS, clock);
  if (seen === undefined) {
    const seconds = OUTCOME_MS / 1000;
    io.err(
      `ferrox: process ${pid} has not said within ${seconds} s how it went; see its error log\n`,
    );
    return EXIT_FAILED;
  }
  if (seen === "gone") {
    io.err(`ferrox: process ${pid} ended instead of reloading; see its error log\n`);
    return EXIT_FAILED;
  }
  return told(seen, io);
}

function told({ pid, outcome, text }: RunStatus, io: Io): ExitCode {
  if (outcome === "failed") {
    io.err(`ferrox: not reloaded, process ${pid} goes on as before: ${harmless(text)}\n`);
    return EXIT_FAILED;
  }
  io.out(`reloaded: ${harmless(text)}\n`);
  return EXIT_FINE;
}
