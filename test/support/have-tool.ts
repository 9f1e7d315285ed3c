// Programs that a machine may or may not have: where one is missing, its tests are skipped and say so.

import { spawnSync } from "node:child_process";

/** undefined: it is here; else a reason for skipping. */
export function lacks(...tools: readonly string[]): string | undefined {
  const missing = tools.filter(
    (tool) => spawnSync("sh", ["-c", 'command -v "$0"', tool]).status !== 0,
  );
  return missing.length === 0 ? undefined : `not on this machine: ${missing.join(", ")}`;
}
