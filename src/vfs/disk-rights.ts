// Who may read and write a file: what new content takes over from the file whose place it takes.
// Access control lists and extended attributes are not known here, and are lost.

import { fchmod, fchown, fstat, lstat } from "node:fs";
import { promisify } from "node:util";
import { codeOf } from "../base/system-error.ts";
import { onDisk } from "./disk-path.ts";

const lstatOf = promisify(lstat);
const fstatOf = promisify(fstat);
const setMode = promisify(fchmod);
const setOwner = promisify(fchown);

export interface Rights {
  /** Nine bits; what runs as somebody else (setuid) is not taken over. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** undefined: no file stands there, and who makes one decides. */
export async function rightsOf(diskPath: string): Promise<Rights | undefined> {
  try {
    const stats = await lstatOf(onDisk(diskPath));
    if (!stats.isFile()) return undefined;
    return { mode: stats.mode & 0o777, uid: stats.uid, gid: stats.gid };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Who could read the old content can read the new one, as far as we may see to that; nobody else. */
export async function giveRights(fd: number, { mode, uid, gid }: Rights): Promise<void> {
  const now = await fstatOf(fd);
  const isOurs = now.uid === uid && now.gid === gid;
  const keepsGroup =
    isOurs || (await mayGive(fd, uid, gid)) || now.gid === gid || (await mayGive(fd, SAME, gid));
  // The bits of a group that we could not give it to would let in others: ours.
  await setMode(fd, keepsGroup ? mode : (mode & ~0o070) | ((mode & 0o007) << 3));
}

/** Of chown(2): leave it. */
const SAME = -1;

async function mayGive(fd: number, uid: number, gid: number): Promise<boolean> {
  try {
    await setOwner(fd, uid, gid);
    return true;
  } catch (error) {
    // EINVAL: a user whom this container does not know.
    if (codeOf(error) === "EPERM" || codeOf(error) === "EINVAL") return false;
    throw error;
  }
}
