// How a running server is, for `ferrox reload`: one line of JSON in a file beside its pid file. A
// pid file can hold nothing but the number, because scripts hand its text to kill.
//
// The file is made when the server starts and stays open: a server that has become another user
// may no longer make files in /run, but it may still write into this one. What it says is shown to
// people and believed about nothing else.

import { closeSync, ftruncateSync, readFileSync, writeSync } from "node:fs";
import type { ReloadResult } from "../logging/reload-counts.ts";
import { makeInPlaceOf, openPlain, unlinkIfAllowed } from "./plain-file.ts";

export interface RunStatus {
  readonly pid: number;
  /** Of that process, as processes.ts says it. */
  readonly birth: string | undefined;
  /** How many reloads have come to an end. */
  readonly reloads: number;
  /** Of the last one. */
  readonly outcome: "none" | ReloadResult;
  /** One line: what has changed, or why nothing has. */
  readonly text: string;
}

export interface StatusFile {
  /** A reload has come to its end. Never throws: that nobody can read of it ends no server. */
  reloaded(result: ReloadResult, text: string): void;
  /** Gone, as far as we may. */
  remove(): void;
}

export function statusPathOf(pidFile: string): string {
  return `${pidFile}.status`;
}

/** @throws the error of the file system */
export function openStatusFile(
  pidFile: string,
  who: Pick<RunStatus, "pid" | "birth">,
  onTrouble: (error: unknown) => void,
): StatusFile {
  const path = statusPathOf(pidFile);
  const first: RunStatus = { ...who, reloads: 0, outcome: "none", text: "" };
  // Closed by remove().
  const descriptor = makeInPlaceOf(path, lineOf(first));
  let reloads = 0;
  return {
    reloaded(result, text) {
      reloads++;
      try {
        const line = lineOf({
          ...who,
          reloads,
          outcome: result,
          text: text.slice(0, TEXT_CHARS_MAX),
        });
        ftruncateSync(descriptor, 0);
        writeSync(descriptor, line, 0);
      } catch (error) {
        onTrouble(error);
      }
    },
    remove() {
      closeSync(descriptor);
      unlinkIfAllowed(path);
    },
  };
}

/** undefined: there is none, or it is just being written. */
export function readStatus(pidFile: string): RunStatus | undefined {
  const opened = openPlain(statusPathOf(pidFile));
  if (opened.kind !== "opened") return undefined;
  try {
    return statusFrom(readFileSync(opened.descriptor, "utf8"));
  } finally {
    closeSync(opened.descriptor);
  }
}

const TEXT_CHARS_MAX = 2_000;

function lineOf(status: RunStatus): string {
  return `${JSON.stringify(status)}\n`;
}

function statusFrom(text: string): RunStatus | undefined {
  if (!text.endsWith("\n")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // not ours: nothing can be learnt from it
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, birth, reloads, outcome, text: words } = { ...NOTHING, ...value };
  if (typeof pid !== "number" || typeof reloads !== "number" || typeof words !== "string") {
    return undefined;
  }
  if (outcome !== "none" && outcome !== "ok" && outcome !== "failed") return undefined;
  return {
    pid,
    birth: typeof birth === "string" ? birth : undefined,
    reloads,
    outcome,
    text: words,
  };
}

const NOTHING = {
  pid: undefined,
  birth: undefined,
  reloads: undefined,
  outcome: undefined,
  text: undefined,
} as const satisfies Record<keyof RunStatus, undefined>;
