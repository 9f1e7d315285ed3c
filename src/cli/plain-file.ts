// Small files in folders that others may write to as well, /tmp and /run among them. A name there
// may be a link that somebody planted, a pipe that never answers, or a file of endless length: so
// nothing is followed, nothing is waited for, and nothing is written into what was there before.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  renameSync,
  type Stats,
  unlinkSync,
  writeSync,
} from "node:fs";
import { codeOf } from "../base/system-error.ts";

export type Opened =
  /** Whoever asked closes it. */
  | { readonly kind: "opened"; readonly descriptor: number; readonly stats: Stats }
  | { readonly kind: "absent" }
  /** Goes after the name: "is a symbolic link". */
  | { readonly kind: "refused"; readonly reason: string };

const BYTES_MAX = 16 * 1024;

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL } = constants;
// Windows has neither.
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const O_NONBLOCK = constants.O_NONBLOCK ?? 0;

/** For reading; a small regular file or nothing. */
export function openPlain(path: string): Opened {
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    return refusalOf(error);
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile() && stats.size <= BYTES_MAX) return { kind: "opened", descriptor, stats };
  closeSync(descriptor);
  return { kind: "refused", reason: stats.isFile() ? "is too long" : "is no regular file" };
}

function refusalOf(error: unknown): Opened {
  const code = codeOf(error);
  switch (code) {
    case "ENOENT":
      return { kind: "absent" };
    case "ELOOP":
    case "EMLINK":
      return { kind: "refused", reason: "is a symbolic link, which is not followed" };
    case "EACCES":
    case "EPERM":
      return { kind: "refused", reason: "may not be read by this user" };
    default:
      return { kind: "refused", reason: `cannot be read (${String(code ?? error)})` };
  }
}

const FOR_ALL_TO_READ = 0o644;

/**
 * A new file with this text takes the name in one step: readers see the old one or the new one,
 * whole. Returns its descriptor, which whoever asked closes.
 * @throws the error of the file system
 */
export function makeInPlaceOf(path: string, text: string): number {
  const fresh = `${path}.${randomBytes(6).toString("hex")}`;
  const descriptor = openSync(fresh, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, FOR_ALL_TO_READ);
  try {
    // Whatever the umask took away: a script of another user has to read it.
    fchmodSync(descriptor, FOR_ALL_TO_READ);
    writeSync(descriptor, text);
    renameSync(fresh, path);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    unlinkSync(fresh);
    throw error;
  }
}

/**
 * In a folder that is not ours to change, the file stays: a server that has become another user
 * may have left it in /run. What it says is stale then, and readers find that out.
 */
export function unlinkIfAllowed(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    const isExpected = ["EACCES", "EPERM", "EROFS", "ENOENT"].includes(codeOf(error) ?? "");
    if (!isExpected) throw error;
  }
}
