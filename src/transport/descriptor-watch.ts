// Out of file descriptors (EMFILE, ENFILE): new connections are accepted and closed at once by
// libuv, which keeps one descriptor in reserve for just that, so that it does not spin; it tells
// nobody. So that the operator learns why clients are turned away, one descriptor is asked for
// now and then. Said once when it begins and once when it is over.

import { closeSync, openSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { codeOf } from "../base/system-error.ts";

const LOOK_MS = 1_000;

/** Looks until the returned function is called. `probe` throws what the system says. */
export function watchDescriptors(
  clock: Clock,
  log: Logger,
  probe: () => void = openOne,
): () => void {
  let exhausted = false;
  return clock.every(LOOK_MS, () => {
    const code = codeThrownBy(probe);
    const now = code === "EMFILE" || code === "ENFILE";
    if (now && !exhausted) {
      log.error("core", "no file descriptor is left: new connections are closed", { code });
    }
    if (!now && exhausted) log.info("core", "there are file descriptors again");
    exhausted = now;
  });
}

function openOne(): void {
  closeSync(openSync("/dev/null", "r"));
}

function codeThrownBy(probe: () => void): string | undefined {
  try {
    probe();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}
