// `ferrox stop`: asks a running server to finish what it is at, and waits until it is gone.

import type { Clock } from "../base/clock.ts";
import type { Config } from "../config/config.ts";
import { scalarOf } from "../config/overrides.ts";
import { readDuration } from "../config/units.ts";
import { EXIT_FAILED, EXIT_FINE, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { lookUntil } from "./look-until.ts";
import type { Processes } from "./processes.ts";
import { findRunning, refusedSignal, type WhichServer } from "./running-server.ts";

export interface StopOptions extends WhichServer {
  /** --timeout, as written. */
  readonly timeout: string | undefined;
}

const TIMEOUT = { min: 0, max: 24 * 3_600_000 };
/** Beyond what the configuration grants to answers under way: logs are written, workers end. */
const SPARE_MS = 5_000;
const UNKNOWN_DRAIN_MS = 30_000;

export async function runStop(
  options: StopOptions,
  io: Io,
  { processes, clock }: { processes: Processes; clock: Clock },
): Promise<ExitCode> {
  const asked = options.timeout === undefined ? undefined : scalarOf(options.timeout);
  const timeout = asked === undefined ? undefined : readDuration(asked, TIMEOUT);
  if (timeout?.kind === "fault") {
    io.err(`ferrox: --timeout ${timeout.message}\n`);
    return EXIT_USAGE;
  }
  const found = findRunning(options, io, processes);
  if (found.kind === "failed") return found.code;
  const { pid, config } = found;
  const birth = processes.look(pid)?.birth;
  const refused = refusedSignal(processes.signal(pid, "SIGTERM"), pid, io);
  if (refused !== undefined) return refused;
  const timeoutMs = timeout?.value ?? patienceFor(config);
  const gone = () => {
    const facts = processes.look(pid);
    return facts === undefined || facts.birth !== birth ? "gone" : undefined;
  };
  if ((await lookUntil(gone, timeoutMs, clock)) === "gone") {
    io.out(`stopped: process ${pid}\n`);
    return EXIT_FINE;
  }
  const seconds = Math.round(timeoutMs / 1000);
  io.err(`ferrox: process ${pid} was asked to stop and still runs after ${seconds} s\n`);
  return EXIT_FAILED;
}

function patienceFor(config: Config | undefined): number {
  if (config === undefined) return UNKNOWN_DRAIN_MS;
  return config.limits.drainDelayMs + config.limits.drainMs + SPARE_MS;
}
