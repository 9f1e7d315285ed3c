// Changes of a folder on disk. The directory that holds a name is opened and checked first, as for
// reading (disk.ts), and the change is made through that descriptor: no name on the way can be
// swapped for a symlink in between. The name itself is never followed: a link is replaced, moved or
// removed as what it is. Only append() and setModified() go where it leads, through the same door.
//
// New content is a file of its own until it is whole and on the disk (disk-draft.ts); a rename puts
// it in place. So a crash leaves the old file or the new one.

import {
  constants,
  fdatasync,
  fstat,
  ftruncate,
  futimes,
  lstat,
  mkdir,
  rename,
  rmdir,
  unlink,
  write,
} from "node:fs";
import { promisify } from "node:util";
import { codeOf } from "../base/system-error.ts";
import { Turns } from "../base/turns.ts";
import { DiskDraft } from "./disk-draft.ts";
import { changeErrorOf, diskError, openFsErrorOf } from "./disk-error.ts";
import { closeDescriptor } from "./disk-file.ts";
import { diskNameOf, type Folder, lookAt, syncFolder } from "./disk-folder.ts";
import { removeAllDrafts, removeStaleDrafts } from "./disk-leftovers.ts";
import { onDisk } from "./disk-path.ts";
import { secondsOf, statOf } from "./disk-stat.ts";
import { assertExpected, assertMakesWay } from "./expected.ts";
import type { Expected, FileDraft, FileSystemWriter, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { isBelow, parentOf, ROOT, type VfsPath } from "./path.ts";

const lstatOf = promisify(lstat);
const fstatOf = promisify(fstat);
const makeFolder = promisify(mkdir);
const renameOf = promisify(rename);
const removeFolder = promisify(rmdir);
const removeFile = promisify(unlink);
const writeTo = promisify(write);
const cutTo = promisify(ftruncate);
const syncData = promisify(fdatasync);
const setTimes = promisify(futimes);

/** What a writer may know of the folder it writes to. */
export interface WritableDisk {
  /** False for names that no file here may have. */
  mayBeNamed(path: VfsPath): boolean;
  stat(path: VfsPath): Promise<Stat>;
  /** @throws FsError "not-found", "not-a-directory" */
  enterFolder(path: VfsPath): Promise<Folder>;
  /** An open file or directory, certainly inside; whoever asks closes it. @throws FsError */
  enter(path: VfsPath, flags: number): Promise<{ readonly fd: number; readonly stat: Stat }>;
}

/** Folders that are remembered as swept; then they are forgotten, and swept once more. */
const SWEPT_MAX = 1_000;

export class DiskWriter implements FileSystemWriter {
  readonly #disk: WritableDisk;
  /** Looking and acting are two steps; of ours, nobody comes in between. */
  readonly #turns = new Turns();
  readonly #swept = new Set<VfsPath>();

  constructor(disk: WritableDisk) {
    this.#disk = disk;
  }

  async write(path: VfsPath): Promise<FileDraft> {
    const folder = await this.#folderOf(path);
    let draft: DiskDraft | undefined;
    try {
      const look = () => this.#look(folder, path);
      if ((await look())?.kind === "directory") throw diskError("is-a-directory", path);
      draft = await DiskDraft.begin({ folder, path, turns: this.#turns, look });
      await this.#sweep(folder, parentOf(path), draft.madeMs);
      return draft;
    } catch (error) {
      if (draft === undefined) folder.close();
      else await draft.abort();
      throw changeErrorOf(error, path);
    }
  }

  append(path: VfsPath, bytes: Uint8Array): Promise<Stat> {
    return this.#turns.take(async () => {
      this.#assertName(path);
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK;
      const { fd, stat } = await this.#disk.enter(path, flags);
      try {
        if (stat.kind === "directory") throw diskError("is-a-directory", path);
        await appendTo(fd, bytes);
        await syncData(fd);
        const now = statOf(await fstatOf(fd, { bigint: true }));
        if (now === undefined) throw diskError("denied", path);
        return now;
      } catch (error) {
        throw openFsErrorOf(error, path);
      } finally {
        await closeDescriptor(fd, path);
      }
    });
  }

  async makeDirectory(path: VfsPath): Promise<void> {
    await this.#within(path, async (name, folder) => {
      await makeFolder(onDisk(name));
      await syncFolder(folder.path);
    });
  }

  remove(path: VfsPath, expected: Expected = "something"): Promise<void> {
    return this.#turns.take(() =>
      this.#within(path, async (name, folder) => {
        const there = await this.#look(folder, path);
        if (there === undefined) throw diskError("not-found", path);
        assertExpected(expected, there, path);
        // Asked once more: to the look above, a link to a directory is a directory.
        const isDirectory = (await lstatOf(onDisk(name))).isDirectory();
        await (isDirectory ? this.#removeFolder(name, path) : removeFile(onDisk(name)));
        await syncFolder(folder.path);
      }),
    );
  }

  move(from: VfsPath, to: VfsPath, expected: Expected): Promise<void> {
    return this.#turns.take(() =>
      this.#within(from, (source, folder) =>
        this.#within(to, async (target, targetFolder) => {
          const moved = await this.#look(folder, from);
          if (moved === undefined) throw diskError("not-found", from);
          if (from === to) return;
          if (isBelow(from, to)) throw new FsError("denied", `${from} cannot go into itself`);
          assertMakesWay(await this.#look(targetFolder, to), moved, { to, expected });
          await takePlace(source, target);
          await syncFolder(targetFolder.path);
          await syncFolder(folder.path);
        }),
      ),
    );
  }

  async setModified(path: VfsPath, modifiedMs: number): Promise<void> {
    this.#assertName(path);
    const { fd } = await this.#disk.enter(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      await setTimes(fd, secondsOf(modifiedMs), secondsOf(modifiedMs));
    } catch (error) {
      // Not openFsErrorOf(): only its owner may set a file's times.
      throw changeErrorOf(error, path);
    } finally {
      await closeDescriptor(fd, path);
    }
  }

  #look(folder: Folder, path: VfsPath): Promise<Stat | undefined> {
    return lookAt(folder, path, (link) => this.#disk.stat(link));
  }

  async #removeFolder(name: string, path: VfsPath): Promise<void> {
    try {
      await removeFolder(onDisk(name));
    } catch (error) {
      if (!IS_NOT_EMPTY.has(codeOf(error) ?? "")) throw error;
      const inside = await this.#disk.enterFolder(path);
      try {
        if (!(await removeAllDrafts(inside))) throw error;
      } finally {
        inside.close();
      }
      await removeFolder(onDisk(name));
    }
  }

  /** Once in the life of this process, for whatever one before it has left here. */
  async #sweep(folder: Folder, path: VfsPath, nowMs: number): Promise<void> {
    if (this.#swept.has(path)) return;
    if (this.#swept.size >= SWEPT_MAX) this.#swept.clear();
    this.#swept.add(path);
    await removeStaleDrafts(folder, nowMs);
  }

  async #within(
    path: VfsPath,
    act: (name: string, folder: Folder) => Promise<void>,
  ): Promise<void> {
    const folder = await this.#folderOf(path);
    try {
      await act(diskNameOf(folder, path), folder);
    } catch (error) {
      throw changeErrorOf(error, path);
    } finally {
      folder.close();
    }
  }

  async #folderOf(path: VfsPath): Promise<Folder> {
    this.#assertName(path);
    return this.#disk.enterFolder(parentOf(path));
  }

  #assertName(path: VfsPath): void {
    if (path === ROOT) throw new FsError("denied", "the root stays as it is");
    if (!this.#disk.mayBeNamed(path)) {
      throw new FsError("denied", `no file may be called ${path} here`);
    }
  }
}

/** Linux says the first, Solaris the second. */
const IS_NOT_EMPTY: ReadonlySet<string> = new Set(["ENOTEMPTY", "EEXIST"]);

async function appendTo(fd: number, bytes: Uint8Array): Promise<void> {
  const before = (await fstatOf(fd)).size;
  let written = 0;
  try {
    while (written < bytes.length) {
      written += (await writeTo(fd, bytes, written, bytes.length - written, null)).bytesWritten;
    }
  } catch (error) {
    // All or nothing, unless somebody else has added something since.
    if ((await fstatOf(fd)).size === before + written) await cutTo(fd, before);
    throw error;
  }
}

/** rename(2) does nothing at all when both are names of one file. */
async function takePlace(source: string, target: string): Promise<void> {
  if (await areTwoNames(source, target)) await removeFile(onDisk(source));
  else await renameOf(onDisk(source), onDisk(target));
}

async function areTwoNames(source: string, target: string): Promise<boolean> {
  try {
    const one = await lstatOf(onDisk(source), { bigint: true });
    const other = await lstatOf(onDisk(target), { bigint: true });
    // With one link they are the same name, on a disk that ignores case.
    return one.dev === other.dev && one.ino === other.ino && one.nlink > 1n && !one.isDirectory();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
