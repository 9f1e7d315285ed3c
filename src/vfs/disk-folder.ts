// A directory on disk that something is changed in: what stands in it under a name, and how a change
// gets to the disk.

import { close, constants, fsync, lstat, open } from "node:fs";
import { sep } from "node:path";
import { promisify } from "node:util";
import { codeOf } from "../base/system-error.ts";
import { changeErrorOf, diskError } from "./disk-error.ts";
import { onDisk } from "./disk-path.ts";
import { statOf } from "./disk-stat.ts";
import type { Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { nameOf, type VfsPath } from "./path.ts";

const openAt = promisify(open);
const closeAt = promisify(close);
const sync = promisify(fsync);
const lstatOf = promisify(lstat);

/** A directory that was checked. Its path leads to it as long as it is not closed. */
export interface Folder {
  readonly path: string;
  close(): void;
}

/** For those who only ask whether something is there. */
const LINK: Stat = { kind: "file", size: 0, modifiedMs: undefined, version: undefined };

/**
 * What stands under a name; undefined: nothing. A link is what it leads to, as far as that may be
 * seen: clients know it as that, and expect the version of that.
 * @param follow says what a link leads to
 * @throws FsError "denied" for FIFOs, devices and sockets
 */
export async function lookAt(
  folder: Folder,
  path: VfsPath,
  follow: (path: VfsPath) => Promise<Stat>,
): Promise<Stat | undefined> {
  try {
    const stats = await lstatOf(onDisk(diskNameOf(folder, path)), { bigint: true });
    if (stats.isSymbolicLink()) return await seenThrough(path, follow);
    const stat = statOf(stats);
    if (stat === undefined) throw diskError("denied", path);
    return stat;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw changeErrorOf(error, path);
  }
}

async function seenThrough(path: VfsPath, follow: (path: VfsPath) => Promise<Stat>): Promise<Stat> {
  try {
    return await follow(path);
  } catch (error) {
    if (error instanceof FsError && error.code === "not-found") return LINK;
    throw error;
  }
}

/** Where the last segment of `path` stands in a folder. */
export function diskNameOf(folder: Folder, path: VfsPath): string {
  return `${folder.path}/${nameOf(path)}`;
}

/**
 * What was done to a folder (a name added, moved or taken away) is on the disk when fsync(2) of the
 * folder says so, and not before.
 * @throws the system's error: then nobody knows what a crash would leave
 */
export async function syncFolder(diskPath: string): Promise<void> {
  // Windows opens no folders, and needs no such thing.
  if (sep === "\\") return;
  try {
    const fd = await openAt(onDisk(diskPath), constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
    try {
      await sync(fd);
    } finally {
      await closeAt(fd);
    }
  } catch (error) {
    // The change is made. Saying that it failed would be the greater lie.
    if (!NO_SUCH_SYNC.has(codeOf(error) ?? "")) throw error;
  }
}

/** A folder that may be written and not read; disks that know no fsync of folders (CIFS, FUSE). */
const NO_SUCH_SYNC = new Set(["EACCES", "EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);
