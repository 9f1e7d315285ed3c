// The error log: the Logger port by way of pino, one JSON record a line. The only file that knows
// pino's records; where they go is log-file.ts's business.

import { type Logger as PinoLogger, pino, type SerializedError, stdSerializers } from "pino";
import { type Clock, systemClock } from "../base/clock.ts";
import type { Concern, Details, Level, Logger } from "../base/logger.ts";
import { LogFile } from "./log-file.ts";

export interface ErrorLog {
  readonly logger: Logger;
  /** After a rotation: records go to whatever now has the name. */
  reopen(): void;
  /** Writes what waits before it returns; for the last moment of a process. */
  flush(): void;
  /** Writes what waits, then closes. Never rejects: what could not be written is told to onTrouble. */
  close(): Promise<void>;
}

export interface ErrorLogOptions {
  /** A path, whose folder is made when missing; undefined: standard error. */
  readonly file: string | undefined;
  /** Records below it are not even made. */
  readonly level: Level;
  /** As LogFileOptions has it. */
  readonly opens?: "now" | "when told";
  readonly clock?: Clock;
  /** One statement for the operator: when trouble starts, and when it is over. */
  readonly onTrouble: (statement: string) => void;
}

const STANDARD_ERROR = 2;

export function openErrorLog(options: ErrorLogOptions): ErrorLog {
  const { file, level, opens = "now", clock = systemClock, onTrouble } = options;
  const dest = file ?? STANDARD_ERROR;
  const lines = new LogFile({ dest, leave: "at once", opens, clock, onTrouble });
  const records = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(clock.wallMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (err: unknown) => err }, // plainError has been there
      redact: { paths: SECRET_PATHS, censor: "[redacted]" },
    },
    { write: (record: string) => lines.write(record.replace(CONTROL, escapeOf)) },
  );
  return {
    logger: loggerOver(records),
    reopen: () => lines.reopen(),
    flush: () => lines.flush(),
    close: () => lines.close(),
  };
}

function loggerOver(records: PinoLogger): Logger {
  const at = (level: Level) => {
    // Debug records stand on the way of every connection: below the level they cost a call.
    if (!records.isLevelEnabled(level)) return () => {};
    return (concern: Concern, message: string, details?: Details) =>
      records[level](details === undefined ? { concern } : recordOf(concern, details), message);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** An Error among the details is told as `err`, whatever its key says; a second one keeps its key. */
function recordOf(concern: Concern, details: Details): Record<string, unknown> {
  const record: Record<string, unknown> = { concern };
  for (const [key, value] of Object.entries(details)) {
    if (!(value instanceof Error)) record[key] = value;
    else record["err" in record ? key : "err"] = plainError(value);
  }
  return record;
}

/** Its stack holds the stacks of its causes too. Other members are left out: nobody chose them. */
function plainError(error: Error): Record<string, unknown> {
  const { type, message, stack, code }: SerializedError & { code?: unknown } =
    stdSerializers.err(error);
  return code === undefined ? { type, message, stack } : { type, message, stack, code };
}

/** Names whose values open doors, as they stand in details, up to two objects deep. */
const SECRET_PATHS = ["authorization", "cookie", "set-cookie", "proxy-authorization"].flatMap(
  (name) => {
    const spellings = [name, name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())];
    return spellings.flatMap((spelling) => {
      const key = `["${spelling}"]`;
      return [key, `*${key}`, `*.*${key}`];
    });
  },
);

/** What JSON allows raw but a terminal may obey, or take for a line's end. */
const CONTROL = /[\u007f-\u009f\u2028\u2029]/g;

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
