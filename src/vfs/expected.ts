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

/**
 * A file makes way for a file that takes its name, when that is expected; a directory for nothing.
 * @throws FsError "changed", "exists"
 */
export function assertMakesWay(
  there: Stat | undefined,
  moved: Stat,
  { to, expected }: { readonly to: VfsPath; readonly expected: Expected },
): void {
  assertExpected(expected, there, to);
  if (there === undefined) return;
  if (there.kind === "directory" || moved.kind === "directory") {
    throw new FsError("exists", `${to} exists already`);
  }
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
