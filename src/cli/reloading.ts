// What a SIGHUP does: reads everything anew, has it applied, and says what became of it. One reload
// at a time; signals that come meanwhile are one more reload after it, so that the last state of
// the files is the one that counts.

import { systemClock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { changesBetween } from "../config/changes.ts";
import { problemsInOneLine } from "../config/problem.ts";
import type { ReloadResult } from "../logging/reload-counts.ts";
import type { ServeOptions } from "./arguments.ts";
import type { Io } from "./io.ts";
import { newCertificates } from "./key-pairs.ts";
import { type Loaded, type Loading, load } from "./load.ts";
import { messageOf } from "./machine-error.ts";
import { reportProblems } from "./report-problems.ts";
import type { ReloadOutcome } from "./running.ts";

export interface Reloading {
  readonly options: ServeOptions;
  readonly io: Io;
  readonly log: Logger;
  /** What the server runs with so far. */
  readonly loaded: Loaded;
  /** All or nothing. Never rejects. */
  apply(next: Loaded): Promise<ReloadOutcome>;
  /** Keys of the configuration that only count when the server starts. */
  readonly startKeys: readonly string[];
  /** Once it ends, nothing is reloaded any more. */
  isStopping(): boolean;
  /** How each reload went, in one line. */
  told?(result: ReloadResult, text: string): void;
}

/** The returned function asks for a reload. Its promise is over when nothing is asked for any more. */
export function reloadOnDemand(reloading: Reloading): () => Promise<void> {
  let { loaded } = reloading;
  let underWay: Promise<void> | undefined;
  let isAskedAgain = false;
  const all = async () => {
    do {
      isAskedAgain = false;
      try {
        loaded = await reloadOnce(loaded, reloading);
      } catch (error) {
        // A fault of ours; the server goes on, and whoever asks next is heard.
        reloading.log.error("core", "a reload failed", { err: error });
        reloading.told?.("failed", messageOf(error));
      }
    } while (isAskedAgain);
    underWay = undefined;
  };
  return () => {
    isAskedAgain = true;
    underWay ??= all();
    return underWay;
  };
}

/** Returns what the server runs with afterwards. */
async function reloadOnce(before: Loaded, reloading: Reloading): Promise<Loaded> {
  const { options, io, log, apply, told } = reloading;
  if (reloading.isStopping()) {
    log.info("core", "not reloaded: the server is stopping");
    told?.("failed", "the server is stopping");
    return before;
  }
  const loading = await load(options, { ...io, nowMs: systemClock.wallMs() });
  const refused = (reasons: readonly string[]) => {
    for (const reason of reasons) log.error("config", `not reloaded: ${reason}`);
    told?.("failed", reasons.join("; "));
    return before;
  };
  if (loading.kind !== "loaded") return refused(reasonsOf(loading, io));
  const { loaded } = loading;
  const outcome = await apply(loaded);
  if (outcome.kind === "refused") {
    if (io.isTerminal) for (const reason of outcome.reasons) io.err(`ferrox: ${reason}\n`);
    return refused(outcome.reasons);
  }
  for (const warning of loaded.warnings) log.warn("config", problemsInOneLine([warning]));
  const changes = [
    ...changesBetween(before, loaded, reloading.startKeys),
    ...newCertificates(before.keys, loaded.keys),
  ];
  for (const change of changes) log.info("config", change);
  const summary = changes.length === 0 ? "nothing changed" : changes.join("; ");
  log.info("core", changes.length === 0 ? `reloaded: ${summary}` : "reloaded", {
    changes: changes.length,
  });
  told?.("ok", summary);
  return loaded;
}

/** People at the terminal get each problem with its source line; the log, each in one line. */
function reasonsOf(loading: Exclude<Loading, { kind: "loaded" }>, io: Io): readonly string[] {
  if (loading.kind === "no means") {
    if (io.isTerminal) for (const message of loading.messages) io.err(`ferrox: ${message}\n`);
    return loading.messages;
  }
  if (io.isTerminal) reportProblems(loading.problems, io);
  const errors = loading.problems.filter(({ severity }) => severity === "error");
  return errors.map((problem) => problemsInOneLine([problem]));
}
