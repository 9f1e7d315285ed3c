// Is what stands under a name what somebody expected there? The one rule behind If-Match,
// If-None-Match: * and Overwrite: F, for every file system that can be written.

import type { Expected, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import type { VfsPath } from "./path.ts";

/**
 * @param found what is there; undefined: nothing
 * @throws FsError "changed"
 */
export function assertExpected(expected: Expected, found: Stat | undefined, path: VfsPath): void {
  if (!isExpected(expected, found)) throw new FsError("changed", `${path} is not what it was`);
}

function isExpected(expected: Expected, found: Stat | undefined): boolean {
  if (expected === "anything") return true;
  if (expected === "nothing") return found === undefined;
  if (found === undefined) return false;
  // A file without a version may have changed: nobody can say.
  return (
    expected === "something" || (found.version !== undefined && found.version === expected.version)
  );
}
