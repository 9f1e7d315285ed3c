// The two logs of a server: events in error.log, exchanges in access.log.

import { join } from "node:path";
import { systemClock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { LogConfig } from "../config/config.ts";
import { noAccessLog, openAccessLog } from "../logging/access-log.ts";
import { openErrorLog } from "../logging/pino-logger.ts";
import type { ExchangeLog } from "../server/service.ts";

export interface Logs {
  readonly log: Logger;
  readonly exchanges: ExchangeLog;
  /** After a rotation. */
  reopen(): void;
  /** For the last moment of a process. */
  flush(): void;
  close(): Promise<void>;
}

/** @param onTrouble told once when a log cannot be written, and when it can again */
export function openLogs(config: LogConfig, onTrouble: (statement: string) => void): Logs {
  const { dir, access, level } = config;
  const clock = systemClock;
  const file = dir === undefined ? undefined : join(dir, "error.log");
  const errors = openErrorLog({ file, level, clock, onTrouble });
  const exchanges =
    dir === undefined || access === "off"
      ? noAccessLog
      : openAccessLog({ file: join(dir, "access.log"), format: access, clock, onTrouble });
  const both = [errors, exchanges];
  return {
    log: errors.logger,
    exchanges,
    reopen() {
      for (const log of both) log.reopen();
    },
    flush() {
      for (const log of both) log.flush();
    },
    close: async () => {
      await Promise.all(both.map((log) => log.close()));
    },
  };
}
