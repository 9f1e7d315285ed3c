// A Logger that writes down "level concern message" for each record, and keeps the details.

import type { Concern, Details, Level, Logger } from "../../src/base/logger.ts";

export interface Recording {
  readonly log: Logger;
  readonly lines: string[];
  readonly details: (Details | undefined)[];
}

export function recordingLogger(): Recording {
  const lines: string[] = [];
  const details: (Details | undefined)[] = [];
  const at = (level: Level) => (concern: Concern, message: string, more?: Details) => {
    lines.push(`${level} ${concern} ${message}`);
    details.push(more);
  };
  const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  return { log, lines, details };
}
