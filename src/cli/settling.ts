// From a process that has just been started to one that may serve strangers. What needs root comes
// first (keys, doors, the pid file in /run), then root is given up, and only then are logs opened:
// see privileges.ts and log-folder.ts. Nothing is different for whoever was never root.

import type { Config, LogConfig } from "../config/config.ts";
import { prepareLogFolder } from "./log-folder.ts";
import { messageOf } from "./machine-error.ts";
import { type Logs, openLogs } from "./open-logs.ts";
import { type PidFile, writePidFile } from "./pid-file.ts";
import { type Account, become, identityOf, ROOT_WARNING, remainsRoot } from "./privileges.ts";
import { type Processes, realProcesses } from "./processes.ts";

export interface Settling {
  /** Written to from now on; opened when everything is settled. */
  readonly logs: Logs;
  /** When the doors are open. A string: why it cannot be; then abandon() follows. */
  settle(): Settled | string;
  /** The doors could not be opened. Resolves when what was logged is written. */
  abandon(): Promise<void>;
}

export interface Settled {
  /** undefined: none was asked for. */
  readonly pidFile: PidFile | undefined;
}

export interface SettlingOptions {
  /** Told what cannot be told to a log. */
  readonly say: (statement: string) => void;
  /** One of several: the pid file, and advice, are the business of the process that started it. */
  readonly isWorker: boolean;
  readonly processes?: Processes;
}

/** A string: why it cannot be, in one line. Nothing is open then. */
export function beginSettling(config: Config, options: SettlingOptions): Settling | string {
  const { isWorker, processes = realProcesses } = options;
  let isGivenUp = false;
  const say = (statement: string) => {
    // "Serving goes on" is no longer true then; why it does not has been told.
    if (!isGivenUp) options.say(statement);
  };
  const identity = identityOf(config.server);
  if (identity.kind === "problem") return identity.message;
  const account = identity.kind === "account" ? identity.account : undefined;
  try {
    if (account !== undefined) prepare(config.log, account);
  } catch (error) {
    return `the log folder cannot be made: ${messageOf(error)}`;
  }
  const logs = openLogs(config.log, say, account === undefined ? "now" : "when told");
  let isSettled = account === undefined;
  const becomeAccount = () => {
    if (account === undefined || isSettled) return;
    become(account);
    isSettled = true;
    logs.reopen();
  };
  let pidFile: PidFile | undefined;
  return {
    logs,
    settle() {
      try {
        const claim = isWorker ? undefined : claimPidFile(config, { processes, logs });
        if (claim?.kind === "refused") return claim.message;
        pidFile = claim?.file;
        becomeAccount();
      } catch (error) {
        return messageOf(error);
      }
      // Whoever serves a folder in passing has not asked for advice.
      const isAdvised = !isWorker && config.file !== undefined && remainsRoot(config.server);
      if (isAdvised) logs.log.warn("core", ROOT_WARNING);
      return { pidFile };
    },
    async abandon() {
      isGivenUp = true;
      pidFile?.remove();
      try {
        becomeAccount();
      } catch {
        return; // has been told; and nothing is opened as root
      }
      await logs.close();
    },
  };
}

function prepare({ dir, access }: LogConfig, account: Account): void {
  if (dir === undefined) return;
  prepareLogFolder(dir, ["error.log", ...(access === "off" ? [] : ["access.log"])], account);
}

function claimPidFile(
  { pidFile }: Config,
  { processes, logs }: { processes: Processes; logs: Logs },
): ReturnType<typeof writePidFile> | undefined {
  if (pidFile === undefined) return undefined;
  return writePidFile(pidFile, processes, (error) => {
    logs.log.error("core", "the status file cannot be written", { err: error });
  });
}
