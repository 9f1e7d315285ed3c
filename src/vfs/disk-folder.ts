// A directory on disk that something is changed in: what stands in it under a name, and how a change
// gets to the disk.

import { close, constants, fsync, lstat, open } from "node:fs";
import { sep } from "node:path";
import { promisify } from "node:util";
import { fsErrorOf } from "./disk-error.ts";
import { onDisk } from "./disk-path.ts";
import { statOf } from "./disk-stat.ts";
import type { Stat } from "./file-system.ts";
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
export const LINK: Stat = { kind: "file", size: 0, modifiedMs: undefined, version: undefined };

/** What stands under a name, a link as what it is; undefined: nothing. */
export async function lookAt(folder: Folder, path: VfsPath): Promise<Stat | undefined> {
  try {
    const name = onDisk(`${folder.path}/${nameOf(path)}`);
    return statOf(await lstatOf(name, { bigint: true })) ?? LINK;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw fsErrorOf(error, path);
  }
}

/**
 * What was done to a folder (a name added, moved or taken away) is on the disk when fsync(2) of the
 * folder says so, and not before.
 * @throws the system's error: then nobody knows what a crash would leave
 */
export async function syncFolder(diskPath: string): Promise<void> {
  // Windows opens no folders, and needs no such thing.
  if (sep === "\\") return;
  const fd = await openAt(onDisk(diskPath), constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
  try {
    await sync(fd);
  } finally {
    await closeAt(fd);
  }
}
