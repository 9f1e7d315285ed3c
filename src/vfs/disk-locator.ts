// Where does the thing lie that was just opened? Asked after opening, so that a name swapped for
// a symlink between a check and the opening cannot matter.
//
// Linux knows: /proc/self/fd/N leads to the open thing itself. Elsewhere its names are all there
// is to go by, and a window stays open to somebody who can swap a folder there and back several
// times between four calls.

import { closeSync, constants, fstat, lstat, openSync, readlinkSync } from "node:fs";
import { promisify } from "node:util";
import { textOfBytes } from "../base/surrogate-escape.ts";
import { codeOf } from "../base/system-error.ts";
import { onDisk } from "./disk-path.ts";
import { realPathOf } from "./disk-root.ts";

const fstatBy = promisify(fstat);
const lstatOf = promisify(lstat);

/** Flags to open a thing for looking only: no permission to read it is needed, nothing happens. */
const O_PATH = 0o10000000;

const DELETED = " (deleted)";

export interface Locator {
  /** Flags of open(2) for a thing that will be looked at and not read. */
  readonly lookFlags: number;
  /**
   * The real path of what is open as `fd`, opened by the name `diskPath`; of a file that has been
   * deleted since, the last one it had. undefined: it cannot be told, try again.
   */
  realPathOf(fd: number, diskPath: string): string | undefined | Promise<string | undefined>;
  /** A path to the open folder; by descriptor where that can be, so that no rename redirects it. */
  folderPath(fd: number, realPath: string): string;
}

export const locatorByDescriptor: Locator = {
  lookFlags: O_PATH,
  realPathOf(fd) {
    // Not asynchronous: the kernel prints a path that it holds in memory, no disk is waited for.
    const realPath = textOfBytes(readlinkSync(`/proc/self/fd/${fd}`, "buffer"));
    return realPath.endsWith(DELETED) ? undeleted(fd, realPath) : realPath;
  },
  folderPath: (fd) => `/proc/self/fd/${fd}`,
};

export const locatorByName: Locator = {
  lookFlags: constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
  async realPathOf(fd, diskPath) {
    const realPath = await realPathOf(diskPath);
    if (!(await isSameThing(fd, realPath))) return undefined;
    return (await realPathOf(diskPath)) === realPath ? realPath : undefined;
  },
  folderPath: (_fd, realPath) => realPath,
};

/** The best that this system offers, found by trying it. */
export function systemLocator(): Locator {
  try {
    const fd = openSync("/", O_PATH);
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === "/" ? locatorByDescriptor : locatorByName;
    } finally {
      closeSync(fd);
    }
  } catch {
    // No /proc, or no such flag: the trial has failed, and that is its answer.
    return locatorByName;
  }
}

/** The path without the kernel's remark; a file may really be called so, and then it is none. */
async function undeleted(fd: number, realPath: string): Promise<string> {
  return (await isSameThing(fd, realPath)) ? realPath : realPath.slice(0, -DELETED.length);
}

/** Whether the name, not followed if it is a symlink, leads to what is open. */
async function isSameThing(fd: number, realPath: string): Promise<boolean> {
  try {
    const [open, named] = await Promise.all([
      fstatBy(fd, { bigint: true }),
      lstatOf(onDisk(realPath), { bigint: true }),
    ]);
    return open.dev === named.dev && open.ino === named.ino;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
