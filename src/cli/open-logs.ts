// The two logs of a server: events in error.log, exchanges in access.log. Whoever writes holds the
// same Logger for good; what stands behind it may become another file, format or level.

import { closeSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { LogConfig } from "../config/config.ts";
import type { ExchangeLog } from "../http/service.ts";
import { type AccessLog, noAccessLog, openAccessLog } from "../logging/access-log.ts";
import { openToAppendSync } from "../logging/open-to-append.ts";
import { type ErrorLog, openErrorLog } from "../logging/pino-logger.ts";

export interface Logs {
  readonly log: Logger;
  readonly exchanges: ExchangeLog;
  /** After a rotation. */
  reopen(): void;
  /**
   * Opens what a new configuration asks for beside what is open; nothing is written there yet.
   * @throws the system's error when a file cannot be written
   */
  prepare(config: LogConfig): PreparedLogs;
  /** For the last moment of a process. */
  flush(): void;
  /** Resolves when every line is written, those of logs that were replaced too. Never rejects. */
  close(): Promise<void>;
}

export interface PreparedLogs {
  /** From now on they are written to; what stays is opened anew, as after a rotation. */
  use(): void;
  /** They are closed again; files that were made stay. */
  abandon(): void;
}

type Trouble = (statement: string) => void;

/** As LogFileOptions has it. */
export type Opens = "now" | "when told";

/** @param onTrouble told once when a log cannot be written, and when it can again */
export function openLogs(config: LogConfig, onTrouble: Trouble, opens: Opens = "now"): Logs {
  let current = config;
  let errors = openErrors(config, onTrouble, opens);
  let exchanges = openExchanges(config, onTrouble, opens);
  /** Logs that were replaced and still have lines to write. */
  const leaving = new Set<Promise<void>>();
  const leave = (log: ErrorLog | AccessLog) => {
    const left = log.close().finally(() => leaving.delete(left));
    leaving.add(left);
  };
  return {
    log: {
      debug: (...said) => errors.logger.debug(...said),
      info: (...said) => errors.logger.info(...said),
      warn: (...said) => errors.logger.warn(...said),
      error: (...said) => errors.logger.error(...said),
    },
    exchanges: { record: (...exchange) => exchanges.record(...exchange) },
    reopen() {
      errors.reopen();
      exchanges.reopen();
    },
    prepare(next) {
      const sameErrors = next.dir === current.dir && next.level === current.level;
      const sameExchanges =
        next.dir === current.dir &&
        next.isOnStreams === current.isOnStreams &&
        next.access === current.access;
      if (next.dir !== current.dir) tryFiles(next);
      const nextErrors = sameErrors ? errors : openErrors(next, onTrouble, "now");
      const nextExchanges = sameExchanges ? exchanges : openExchanges(next, onTrouble, "now");
      return {
        use() {
          if (sameErrors) errors.reopen();
          else leave(errors);
          if (sameExchanges) exchanges.reopen();
          else leave(exchanges);
          current = next;
          errors = nextErrors;
          exchanges = nextExchanges;
        },
        abandon() {
          if (!sameErrors) leave(nextErrors);
          if (!sameExchanges) leave(nextExchanges);
        },
      };
    },
    flush() {
      errors.flush();
      exchanges.flush();
    },
    close: async () => {
      await Promise.all([errors.close(), exchanges.close(), ...leaving]);
    },
  };
}

function errorsFile({ dir }: LogConfig): string | undefined {
  return dir === undefined ? undefined : join(dir, "error.log");
}

function exchangesFile({ dir, access }: LogConfig): string | undefined {
  return dir === undefined || access === "off" ? undefined : join(dir, "access.log");
}

function openErrors(config: LogConfig, onTrouble: Trouble, opens: Opens): ErrorLog {
  const { level } = config;
  return openErrorLog({ file: errorsFile(config), level, opens, clock: systemClock, onTrouble });
}

function openExchanges(config: LogConfig, onTrouble: Trouble, opens: Opens): AccessLog {
  const file = exchangesFile(config);
  const { access, isOnStreams } = config;
  if (access === "off" || (file === undefined && !isOnStreams)) return noAccessLog;
  return openAccessLog({ file, format: access, opens, clock: systemClock, onTrouble });
}

/**
 * A log that cannot be written is opened again and again, and serving goes on. That is right for a
 * server that runs, but a reload should rather not begin with it.
 */
function tryFiles(config: LogConfig): void {
  for (const file of [errorsFile(config), exchangesFile(config)]) {
    if (file !== undefined) closeSync(openToAppendSync(file));
  }
}
