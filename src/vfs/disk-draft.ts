// New content of a file on disk: written under a name of its own beside the place it is for, so
// that a rename within one file system can put it there. Nobody can ask for such a name.

import { randomBytes } from "node:crypto";
import {
  close,
  constants,
  fstatSync,
  fsync,
  futimes,
  link,
  open,
  rename,
  unlink,
  write,
} from "node:fs";
import { promisify } from "node:util";
import { codeOf } from "../base/system-error.ts";
import type { Turns } from "../base/turns.ts";
import { changeErrorOf, diskError, openFsErrorOf } from "./disk-error.ts";
import { diskNameOf, type Folder, syncFolder } from "./disk-folder.ts";
import { onDisk } from "./disk-path.ts";
import { giveRights, rightsOf } from "./disk-rights.ts";
import { secondsOf } from "./disk-stat.ts";
import { assertExpected } from "./expected.ts";
import type { CommitOptions, FileDraft, Stat } from "./file-system.ts";
import type { VfsPath } from "./path.ts";

const openAt = promisify(open);
const closeAt = promisify(close);
const writeTo = promisify(write);
const sync = promisify(fsync);
const setTimes = promisify(futimes);
const linkAs = promisify(link);
const renameOf = promisify(rename);
const removeFile = promisify(unlink);

/** What a draft is for. */
export interface DraftPlace {
  /** Closed with the draft, unless begin() rejects. */
  readonly folder: Folder;
  readonly path: VfsPath;
  readonly turns: Turns;
  /** What stands under the name now; undefined: nothing. */
  look(): Promise<Stat | undefined>;
}

export class DiskDraft implements FileDraft {
  /** When it was begun, by the clock of the disk. */
  readonly madeMs: number;
  readonly #place: DraftPlace;
  readonly #diskPath: string;
  readonly #target: string;
  readonly #fd: number;
  #isOver = false;
  #hasLanded = false;

  private constructor(place: DraftPlace, diskPath: string, [fd, madeMs]: [number, number]) {
    this.#place = place;
    this.#target = diskNameOf(place.folder, place.path);
    this.#diskPath = diskPath;
    this.#fd = fd;
    this.madeMs = madeMs;
  }

  static async begin(place: DraftPlace): Promise<DiskDraft> {
    const { folder, path } = place;
    const diskPath = `${folder.path}/.ferrox-${randomBytes(12).toString("hex")}.draft`;
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
    // From its first byte on nobody may read it who may not read what it replaces.
    const mode = (await rightsOf(diskNameOf(folder, path)))?.mode ?? 0o666;
    const fd = await openAt(onDisk(diskPath), flags, mode);
    // Not asynchronous: what was just made lies in the kernel's memory, and `fd` needs no guard.
    return new DiskDraft(place, diskPath, [fd, fstatSync(fd).ctimeMs]);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) throw new Error("a draft is written after its end");
    try {
      for (let at = 0; at < bytes.length; ) {
        at += (await writeTo(this.#fd, bytes, at, bytes.length - at, null)).bytesWritten;
      }
    } catch (error) {
      throw openFsErrorOf(error, this.#place.path);
    }
  }

  async commit(options: CommitOptions): Promise<Stat> {
    if (this.#isOver) throw new Error("a draft is committed after its end");
    try {
      const rights = await rightsOf(this.#target);
      if (rights !== undefined) await giveRights(this.#fd, rights);
      const { modifiedMs } = options;
      if (modifiedMs !== undefined) {
        await setTimes(this.#fd, secondsOf(modifiedMs), secondsOf(modifiedMs));
      }
      // Last, so that rights and times are on the disk too; and before the turn, which others want.
      await sync(this.#fd);
      return await this.#place.turns.take(() => this.#land(options));
    } catch (error) {
      throw changeErrorOf(error, this.#place.path);
    } finally {
      await this.abort();
    }
  }

  async abort(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      if (!this.#hasLanded) await removeFile(onDisk(this.#diskPath));
    } catch (error) {
      // Its directory was removed, and it with it.
      if (codeOf(error) !== "ENOENT") throw changeErrorOf(error, this.#place.path);
    } finally {
      await this.#close();
    }
  }

  async #close(): Promise<void> {
    try {
      await closeAt(this.#fd);
    } catch (error) {
      throw openFsErrorOf(error, this.#place.path);
    } finally {
      this.#place.folder.close();
    }
  }

  async #land({ expected }: CommitOptions): Promise<Stat> {
    const { folder, path, look } = this.#place;
    const there = await look();
    assertExpected(expected, there, path);
    if (there?.kind === "directory") throw diskError("is-a-directory", path);
    if (expected !== "nothing" || !(await this.#linked())) {
      await renameOf(onDisk(this.#diskPath), onDisk(this.#target));
    }
    this.#hasLanded = true;
    await syncFolder(folder.path);
    // Only now: the rename has changed its ctime, which is part of the version.
    const stat = await look();
    if (stat === undefined) throw diskError("not-found", path);
    return stat;
  }

  /**
   * A second name instead of a new one: link(2) refuses to replace, whatever other processes have
   * put there since we looked. False: this disk knows no second names.
   */
  async #linked(): Promise<boolean> {
    try {
      await linkAs(onDisk(this.#diskPath), onDisk(this.#target));
    } catch (error) {
      if (codeOf(error) === "EEXIST") throw diskError("changed", this.#place.path, error);
      if (NO_LINKS.has(codeOf(error) ?? "")) return false;
      throw error;
    }
    await removeFile(onDisk(this.#diskPath));
    return true;
  }
}

const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const NO_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "EINVAL"]);
