// Changes of a folder on disk. The directory that holds a name is opened and checked first, as for
// reading (disk.ts), and the change is made through that descriptor: no name on the way can be
// swapped for a symlink in between. The name itself is never followed: a link is replaced, moved or
// removed as what it is.
//
// New content is a file of its own until it is whole and on the disk (disk-draft.ts); a rename puts
// it in place. So a crash leaves the old file or the new one.

import { constants, fdatasync, futimes, lstat, mkdir, rename, rmdir, unlink, write } from "node:fs";
import { promisify } from "node:util";
import { Turns } from "../base/turns.ts";
import { DiskDraft, DRAFT_NAME } from "./disk-draft.ts";
import { diskError, fsErrorOf, openFsErrorOf } from "./disk-error.ts";
import { closeDescriptor } from "./disk-file.ts";
import { type Folder, LINK, lookAt, syncFolder } from "./disk-folder.ts";
import { onDisk } from "./disk-path.ts";
import { statOf } from "./disk-stat.ts";
import { assertExpected } from "./expected.ts";
import type { Expected, FileDraft, FileSystemWriter, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { isBelow, nameOf, parentOf, ROOT, type VfsPath } from "./path.ts";

const lstatOf = promisify(lstat);
const makeFolder = promisify(mkdir);
const renameOf = promisify(rename);
const removeFolder = promisify(rmdir);
const removeFile = promisify(unlink);
const writeTo = promisify(write);
const syncData = promisify(fdatasync);
const setTimes = promisify(futimes);

/** What a writer may know of the folder it writes to. */
export interface WritableDisk {
  /** False for names that no file here may have. */
  mayBeNamed(path: VfsPath): boolean;
  /** @throws FsError "not-found", "not-a-directory" */
  enterFolder(path: VfsPath): Promise<Folder>;
  /** An open file or directory, certainly inside; whoever asks closes it. @throws FsError */
  enter(path: VfsPath, flags: number): Promise<{ readonly fd: number; readonly stat: Stat }>;
}

export class DiskWriter implements FileSystemWriter {
  readonly #disk: WritableDisk;
  /** Looking and acting are two steps; of ours, nobody comes in between. */
  readonly #turns = new Turns();

  constructor(disk: WritableDisk) {
    this.#disk = disk;
  }

  async write(path: VfsPath): Promise<FileDraft> {
    const folder = await this.#folderOf(path);
    try {
      const there = await lookAt(folder, path);
      if (there?.kind === "directory") throw diskError("is-a-directory", path);
      return await DiskDraft.begin(folder, path, this.#turns);
    } catch (error) {
      folder.close();
      throw fsErrorOf(error, path);
    }
  }

  append(path: VfsPath, bytes: Uint8Array): Promise<Stat> {
    return this.#turns.take(async () => {
      this.#assertName(path);
      const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK;
      const { fd, stat } = await this.#disk.enter(path, flags);
      try {
        if (stat.kind === "directory") throw diskError("is-a-directory", path);
        for (let at = 0; at < bytes.length; ) {
          at += (await writeTo(fd, bytes, at, bytes.length - at, null)).bytesWritten;
        }
        await syncData(fd);
      } catch (error) {
        throw openFsErrorOf(error, path);
      } finally {
        await closeDescriptor(fd, path);
      }
      return this.#stat(path);
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
        const stats = await lstatOf(onDisk(name), { bigint: true });
        assertExpected(expected, statOf(stats) ?? LINK, path);
        if (stats.isDirectory()) await removeFolder(onDisk(name));
        else await removeFile(onDisk(name));
        await syncFolder(folder.path);
      }),
    );
  }

  move(from: VfsPath, to: VfsPath, expected: Expected): Promise<void> {
    return this.#turns.take(() =>
      this.#within(from, (source, folder) =>
        this.#within(to, async (target, targetFolder) => {
          const moved = await lookAt(folder, from);
          if (moved === undefined) throw diskError("not-found", from);
          if (from === to) return;
          if (isBelow(from, to)) throw new FsError("denied", `${from} cannot go into itself`);
          makesWay(await lookAt(targetFolder, to), moved, { to, expected });
          await renameOf(onDisk(source), onDisk(target));
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
      await setTimes(fd, modifiedMs / 1000, modifiedMs / 1000);
    } catch (error) {
      throw openFsErrorOf(error, path);
    } finally {
      await closeDescriptor(fd, path);
    }
  }

  async #stat(path: VfsPath): Promise<Stat> {
    const folder = await this.#folderOf(path);
    try {
      const stat = await lookAt(folder, path);
      if (stat === undefined) throw diskError("not-found", path);
      return stat;
    } finally {
      folder.close();
    }
  }

  async #within(
    path: VfsPath,
    act: (name: string, folder: Folder) => Promise<void>,
  ): Promise<void> {
    const folder = await this.#folderOf(path);
    try {
      await act(`${folder.path}/${nameOf(path)}`, folder);
    } catch (error) {
      throw fsErrorOf(error, path);
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
    if (!this.#disk.mayBeNamed(path) || DRAFT_NAME.test(nameOf(path))) {
      throw new FsError("denied", `no file may be called ${path} here`);
    }
  }
}

/** rename(2) would let an empty directory give way; here only a file does, for a file. */
function makesWay(
  there: Stat | undefined,
  moved: Stat,
  { to, expected }: { readonly to: VfsPath; readonly expected: Expected },
): void {
  assertExpected(expected, there, to);
  if (there === undefined) return;
  if (there.kind === "directory" || moved.kind === "directory") throw diskError("exists", to);
}
