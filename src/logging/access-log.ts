// The access log: one line per exchange, refused bytes included. Most lines are written as bytes
// (quick-line.ts), the others as text; the disk is log-file.ts's business, and no exchange ever
// waits for it.

import type { Clock } from "../base/clock.ts";
import type { ExchangeLog } from "../http/service.ts";
import { type AccessLine, combinedLine, jsonLine } from "./access-line.ts";
import { LogFile } from "./log-file.ts";
import { quickLine } from "./quick-line.ts";

export interface AccessLog extends ExchangeLog {
  /** After a rotation: lines go to whatever now has the name; the file is made when it is gone. */
  reopen(): void;
  /** Writes what waits before it returns; for the last moment of a process. */
  flush(): void;
  /** Writes what waits, then closes. Never rejects: what could not be written is told to onTrouble. */
  close(): Promise<void>;
}

export interface AccessLogOptions {
  /** A path, whose folder is made when missing; undefined: standard output. */
  readonly file: string | undefined;
  readonly format: "combined" | "json";
  /** As LogFileOptions has it. */
  readonly opens?: "now" | "when told";
  readonly clock: Clock;
  /** One statement for the operator: when trouble starts, and when it is over. */
  readonly onTrouble: (statement: string) => void;
}

const STANDARD_OUTPUT = 1;

export function openAccessLog(options: AccessLogOptions): AccessLog {
  const { file, format, opens = "now", clock, onTrouble } = options;
  const dest = file ?? STANDARD_OUTPUT;
  const lines = new LogFile({ dest, leave: "batches", opens, clock, onTrouble });
  return {
    record: format === "combined" ? combined(lines, clock) : asText(jsonLine, lines, clock),
    reopen: () => lines.reopen(),
    flush: () => lines.flush(),
    close: () => lines.close(),
  };
}

function asText(lineOf: AccessLine, lines: LogFile, clock: Clock): ExchangeLog["record"] {
  return (exchange, circumstances) =>
    lines.write(lineOf(exchange, circumstances, clock.wallAt(exchange.endedMs)));
}

function combined(lines: LogFile, clock: Clock): ExchangeLog["record"] {
  const otherwise = asText(combinedLine, lines, clock);
  return (exchange, circumstances) => {
    const { room, at } = lines;
    const wallMs = clock.wallAt(exchange.endedMs);
    // A user's name would have to be escaped.
    const isQuick = room !== undefined && circumstances.access?.user === undefined;
    const end = isQuick ? quickLine(room, at, exchange, circumstances.peer, wallMs) : at;
    if (end === at) otherwise(exchange, circumstances);
    else lines.wrote(end);
  };
}

/** For `access: off`. */
export const noAccessLog: AccessLog = {
  record() {},
  reopen() {},
  flush() {},
  close: () => Promise.resolve(),
};
