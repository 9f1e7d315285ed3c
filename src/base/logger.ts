// Events worth telling an operator, as a port. Exchanges (one line per request) are not events:
// they go to the access log.

/** Which part of the server speaks; the original's error log used the same words. */
export type Concern = "core" | "parser" | "file" | "tls" | "config";

export type Level = "debug" | "info" | "warn" | "error";

/** What else is known: kept as fields of the record, never pasted into the message. */
export type Details = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(concern: Concern, message: string, details?: Details): void;
  info(concern: Concern, message: string, details?: Details): void;
  warn(concern: Concern, message: string, details?: Details): void;
  error(concern: Concern, message: string, details?: Details): void;
}

/** The same log, for one who has something to add to every record. */
export function loggerWith(log: Logger, more: Details): Logger {
  return {
    debug: (concern, message, details) => log.debug(concern, message, { ...more, ...details }),
    info: (concern, message, details) => log.info(concern, message, { ...more, ...details }),
    warn: (concern, message, details) => log.warn(concern, message, { ...more, ...details }),
    error: (concern, message, details) => log.error(concern, message, { ...more, ...details }),
  };
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
