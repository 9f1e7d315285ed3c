// Log files for a server that will be another user when it opens them.
//
// Root opens no log itself: in a folder that the server's user may write to, a name can be made a
// link to any file of the machine between two looks. So a folder that is missing is made and given
// to that user, and in a folder that only root can change the files are made and given. In any
// other folder nothing is touched: the user can write there or cannot, and will say so.

import { closeSync, constants, fchownSync, fstatSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../base/system-error.ts";
import type { Account } from "./privileges.ts";

/** @throws the error of the file system when the folder cannot be made */
export function prepareLogFolder(dir: string, names: readonly string[], account: Account): void {
  const isNew = mkdirSync(dir, { recursive: true }) !== undefined;
  const folder = openSync(dir, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const { uid, mode } = fstatSync(folder);
    if (uid !== ROOT || (mode & WRITABLE_BY_OTHERS) !== 0) return;
    if (isNew) fchownSync(folder, account.uid, account.gid);
    else for (const name of names) giveFile(join(dir, name), account);
  } finally {
    closeSync(folder);
  }
}

const ROOT = 0;
const WRITABLE_BY_OTHERS = 0o022;
/** Addresses and paths of visitors are nobody else's business. */
const LOG_MODE = 0o640;

const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

function giveFile(path: string, { uid, gid }: Account): void {
  const descriptor = openOrMake(path);
  if (descriptor === undefined) return;
  try {
    const stats = fstatSync(descriptor);
    // Somebody's on purpose, or another name of something else: not ours to give away.
    if (stats.isFile() && stats.nlink === 1 && stats.uid === ROOT) fchownSync(descriptor, uid, gid);
  } finally {
    closeSync(descriptor);
  }
}

/** undefined: a link, a pipe without a reader. The operator's own affair; nothing is changed. */
function openOrMake(path: string): number | undefined {
  const flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
  try {
    return openSync(path, flags);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return openSync(path, flags | O_CREAT | O_EXCL, LOG_MODE);
    if (codeOf(error) === "ELOOP" || codeOf(error) === "ENXIO") return undefined;
    throw error;
  }
}
