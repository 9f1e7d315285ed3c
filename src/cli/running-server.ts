// Which process is meant by `ferrox reload` and `ferrox stop`: found by its pid file, which the
// command line or the configuration names. Whatever stands in the way is one line and an exit code.

import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import { configFromArguments, NO_FLAGS } from "./config-from-arguments.ts";
import { EXIT_FAILED, EXIT_USAGE, type ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { holderOf } from "./pid-file.ts";
import type { Processes, Sent } from "./processes.ts";
import { reportProblems } from "./report-problems.ts";

export interface WhichServer {
  /** -c, as named by the user. */
  readonly file: string | undefined;
  /** --pid-file, as named by the user. */
  readonly pidFile: string | undefined;
}

export type Found =
  | {
      readonly kind: "found";
      readonly pid: number;
      readonly pidFile: string;
      /** undefined: only its pid file was named. */
      readonly config: Config | undefined;
    }
  /** Why has been said. */
  | { readonly kind: "failed"; readonly code: ExitCode };

export function findRunning(which: WhichServer, io: Io, processes: Processes): Found {
  const failed = (message: string): Found => {
    io.err(`ferrox: ${message}\n`);
    return { kind: "failed", code: EXIT_FAILED };
  };
  let config: Config | undefined;
  // A pid file alone says which server: what ferrox.yml happens to lie here may not be its own.
  if (which.file !== undefined || which.pidFile === undefined) {
    const start = configFromArguments({ ...NO_FLAGS, file: which.file }, io);
    if (start.kind === "problems") {
      reportProblems(start.problems, io);
      return { kind: "failed", code: EXIT_USAGE };
    }
    reportProblems(start.warnings, io);
    config = start.config;
  }
  const pidFile = which.pidFile === undefined ? config?.pidFile : resolve(io.cwd, which.pidFile);
  if (pidFile === undefined) {
    return failed("no pid file is known: set paths.pid_file, or say --pid-file FILE");
  }
  const holder = holderOf(pidFile, processes);
  switch (holder.kind) {
    case "running":
      return { kind: "found", pid: holder.pid, pidFile, config };
    case "nobody":
      return failed(`no server is running: there is no process number in ${pidFile}`);
    case "stale":
      return failed(`no server is running: process ${holder.pid} of ${pidFile} is gone`);
    case "unusable":
      return failed(holder.message);
    default:
      return holder satisfies never;
  }
}

/** undefined: the signal is on its way; else why it is not, which has been said. */
export function refusedSignal(sent: Sent, pid: number, io: Io): ExitCode | undefined {
  switch (sent) {
    case "sent":
      return undefined;
    case "gone":
      io.err(`ferrox: process ${pid} has just ended\n`);
      return EXIT_FAILED;
    case "not permitted":
      io.err(`ferrox: process ${pid} belongs to another user: this one may not signal it\n`);
      return EXIT_FAILED;
    default:
      return sent satisfies never;
  }
}
