// Changes of a users file: seen whole or not at all, and none of two that come at once is lost. All
// lines stay as they are, comments too, but the one that is meant.
//
// A file beside it (FILE.lock) says that somebody is changing it: made by whoever comes first,
// waited for by the others. It stands for milliseconds; one that is older was left by somebody
// who died.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { codeOf } from "../base/system-error.ts";

/** @param text of the file; undefined: there is none. Returns what it is to be; undefined: as it is */
export type Edit = (text: string | undefined) => string | undefined;

const LOCK_WAIT_MS = 20;
const LOCK_TRIES = 500;
const LOCK_OLD_MS = 10_000;
const OWNER_ONLY = 0o600;

/** @throws the error of the file system */
export async function editUsersFile(named: string, edit: Edit): Promise<void> {
  const path = realPathOf(named);
  const lock = `${path}.lock`;
  await take(lock);
  try {
    const before = statSync(path, { throwIfNoEntry: false });
    const text = edit(before === undefined ? undefined : readFileSync(path, "utf8"));
    if (text !== undefined) replace(path, text, before);
  } finally {
    unlinkSync(lock);
  }
}

/** A link stays a link: what it leads to is changed. */
function realPathOf(named: string): string {
  try {
    return realpathSync(named);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return named;
    throw error;
  }
}

async function take(lock: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      closeSync(openSync(lock, "wx", OWNER_ONLY));
      return;
    } catch (error) {
      if (codeOf(error) !== "EEXIST" || tries === LOCK_TRIES) throw error;
    }
    if (isLeftBehind(lock)) unlinkSync(lock);
    else await new Promise((resolve) => setTimeout(resolve, LOCK_WAIT_MS));
  }
}

function isLeftBehind(lock: string): boolean {
  const stats = statSync(lock, { throwIfNoEntry: false });
  // By the clock of the disk, which may not be ours: another file of this moment tells it.
  return stats !== undefined && diskTimeMs(lock) - stats.mtimeMs > LOCK_OLD_MS;
}

function diskTimeMs(beside: string): number {
  const name = `${beside}.${randomBytes(6).toString("hex")}`;
  const descriptor = openSync(name, "wx", OWNER_ONLY);
  try {
    return statSync(name).mtimeMs;
  } finally {
    closeSync(descriptor);
    unlinkSync(name);
  }
}

function replace(path: string, text: string, before: Stats | undefined): void {
  const fresh = `${path}.${randomBytes(6).toString("hex")}`;
  const descriptor = openSync(fresh, "wx", OWNER_ONLY);
  try {
    writeSync(descriptor, text);
    if (before !== undefined) keepOwner(descriptor, before);
    fsyncSync(descriptor);
    renameSync(fresh, path);
  } catch (error) {
    unlinkSync(fresh);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** The server may run as another user than who changes passwords, and must go on reading it. */
function keepOwner(descriptor: number, { uid, gid, mode }: Stats): void {
  const own = fstatSync(descriptor);
  if (own.uid !== uid || own.gid !== gid) fchownSync(descriptor, uid, gid);
  // Last: giving a file away may take bits from its mode.
  fchmodSync(descriptor, mode & 0o777);
}
