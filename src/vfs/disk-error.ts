// What the operating system says, in the words of FsError: the one place that knows errno.
//
// Who asks must not learn what lies outside the root. So whatever does not exist, and whatever
// may not be seen, is told by notFound(): the same code, the same message, and no cause.

import { FsError, type FsErrorCode } from "./fs-error.ts";
import type { VfsPath } from "./path.ts";

const CODES: ReadonlyMap<string, FsErrorCode> = new Map<string, FsErrorCode>([
  ["ENOENT", "not-found"],
  // A file used as a folder. Saying so would tell that there is a file, perhaps outside.
  ["ENOTDIR", "not-found"],
  // A circle of links, or a link where none is allowed.
  ["ELOOP", "not-found"],
  ["EMLINK", "not-found"],
  // Names that the disk's own format cannot hold.
  ["ENAMETOOLONG", "not-found"],
  ["EINVAL", "not-found"],
  ["EILSEQ", "not-found"],
  ["EISDIR", "is-a-directory"],
  ["EACCES", "denied"],
  ["EPERM", "denied"],
  // Sockets, and devices with nobody behind them.
  ["ENXIO", "denied"],
  ["ENODEV", "denied"],
  ["EEXIST", "exists"],
  ["ENOTEMPTY", "not-empty"],
  ["EROFS", "read-only"],
  ["ENOSPC", "no-space"],
  ["EDQUOT", "no-space"],
  ["EFBIG", "no-space"],
  // Somewhere else a copy can do what a rename cannot.
  ["EXDEV", "unsupported"],
  ["EOPNOTSUPP", "denied"],
  ["ENOTSUP", "denied"],
]);

const WORDS: Readonly<Record<FsErrorCode, string>> = {
  "not-found": "not found",
  "not-a-directory": "is not a directory",
  "is-a-directory": "is a directory",
  exists: "exists already",
  "not-empty": "is not empty",
  denied: "is not allowed",
  "read-only": "may not be changed",
  unsupported: "does not allow that",
  changed: "is not what it was",
  "no-space": "has no room",
  unavailable: "cannot be read now",
};

/**
 * A failed system call on the name `path`. What is not in the table (EMFILE, EIO, ESTALE, …) is
 * "unavailable". An error that no system call made is our own bug, and comes back as it is.
 */
export function fsErrorOf(error: unknown, path: VfsPath): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  return diskError(CODES.get(errno) ?? "unavailable", path, error);
}

/**
 * A failed change of the name `path`: nothing is to be found here, so a name that the disk cannot
 * hold is one that it does not allow.
 */
export function changeErrorOf(error: unknown, path: VfsPath): unknown {
  const code = CHANGES.get(errnoOf(error) ?? "");
  return code === undefined ? fsErrorOf(error, path) : diskError(code, path, error);
}

const CHANGES: ReadonlyMap<string, FsErrorCode> = new Map<string, FsErrorCode>([
  ["ENAMETOOLONG", "denied"],
  ["EILSEQ", "denied"],
  // Also a directory that was to go into itself, through a link.
  ["EINVAL", "denied"],
  // Something is mounted there.
  ["EBUSY", "denied"],
  // As many directories in one as the disk can count.
  ["EMLINK", "no-space"],
]);

/** A failed system call on something already open: then the name is not to blame. */
export function openFsErrorOf(error: unknown, path: VfsPath): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const code = CODES.get(errno) === "no-space" ? "no-space" : "unavailable";
  return diskError(code, path, error);
}

export function diskError(code: FsErrorCode, path: VfsPath, cause?: unknown): FsError {
  return new FsError(code, `${path} ${WORDS[code]}`, code === "not-found" ? undefined : cause);
}

export function notFound(path: VfsPath): FsError {
  return diskError("not-found", path);
}

/** The name of the errno; undefined when no system call made this error. */
function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error && "errno" in error && "code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
