// New content of a file on disk: written under a name of its own beside the place it is for, so
// that a rename within one file system can put it there. Nobody can ask for such a name.

import { randomBytes } from "node:crypto";
import {
  close,
  constants,
  fchmod,
  fsync,
  futimes,
  lstat,
  open,
  rename,
  unlink,
  write,
} from "node:fs";
import { promisify } from "node:util";
import type { Turns } from "../base/turns.ts";
import { diskError, fsErrorOf, openFsErrorOf } from "./disk-error.ts";
import { type Folder, lookAt, syncFolder } from "./disk-folder.ts";
import { onDisk } from "./disk-path.ts";
import { assertExpected } from "./expected.ts";
import type { CommitOptions, FileDraft, Stat } from "./file-system.ts";
import { nameOf, type VfsPath } from "./path.ts";

const openAt = promisify(open);
const closeAt = promisify(close);
const writeTo = promisify(write);
const sync = promisify(fsync);
const setTimes = promisify(futimes);
const setMode = promisify(fchmod);
const renameOf = promisify(rename);
const removeFile = promisify(unlink);
const lstatOf = promisify(lstat);

/** What drafts are called: hidden from everybody who asks by name or lists. */
export const DRAFT_NAME: RegExp = /^\.ferrox-[0-9a-f]{24}\.draft$/;

export class DiskDraft implements FileDraft {
  readonly #folder: Folder;
  readonly #path: VfsPath;
  readonly #turns: Turns;
  readonly #draft: string;
  readonly #fd: number;
  #isOver = false;

  private constructor(folder: Folder, path: VfsPath, turns: Turns, opened: [string, number]) {
    this.#folder = folder;
    this.#path = path;
    this.#turns = turns;
    [this.#draft, this.#fd] = opened;
  }

  /** @param folder closed with the draft, unless this rejects */
  static async begin(folder: Folder, path: VfsPath, turns: Turns): Promise<DiskDraft> {
    const name = `${folder.path}/.ferrox-${randomBytes(12).toString("hex")}.draft`;
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
    return new DiskDraft(folder, path, turns, [name, await openAt(onDisk(name), flags, 0o666)]);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) throw new Error("a draft is written after its end");
    try {
      for (let at = 0; at < bytes.length; ) {
        at += (await writeTo(this.#fd, bytes, at, bytes.length - at, null)).bytesWritten;
      }
    } catch (error) {
      throw openFsErrorOf(error, this.#path);
    }
  }

  async commit(options: CommitOptions): Promise<Stat> {
    if (this.#isOver) throw new Error("a draft is committed after its end");
    try {
      const { modifiedMs } = options;
      if (modifiedMs !== undefined) await setTimes(this.#fd, modifiedMs / 1000, modifiedMs / 1000);
      await sync(this.#fd);
      return await this.#turns.take(() => this.#land(options));
    } catch (error) {
      throw fsErrorOf(error, this.#path);
    } finally {
      await this.abort();
    }
  }

  async abort(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      await closeAt(this.#fd);
      await removeFile(onDisk(this.#draft));
    } catch (error) {
      // After commit() it has another name.
      const isGone = error instanceof Error && "code" in error && error.code === "ENOENT";
      if (!isGone) throw openFsErrorOf(error, this.#path);
    } finally {
      this.#folder.close();
    }
  }

  async #land({ expected }: CommitOptions): Promise<Stat> {
    const there = await lookAt(this.#folder, this.#path);
    assertExpected(expected, there, this.#path);
    if (there?.kind === "directory") throw diskError("is-a-directory", this.#path);
    const target = `${this.#folder.path}/${nameOf(this.#path)}`;
    if (there !== undefined) await this.#keepMode(target);
    await renameOf(onDisk(this.#draft), onDisk(target));
    await syncFolder(this.#folder.path);
    // Only now: the rename has changed its ctime, which is part of the version.
    const stat = await lookAt(this.#folder, this.#path);
    if (stat === undefined) throw diskError("not-found", this.#path);
    return stat;
  }

  /** Who could read the old content can read the new one, and nobody else. */
  async #keepMode(target: string): Promise<void> {
    const before = await lstatOf(onDisk(target));
    if (before.isFile()) await setMode(this.#fd, before.mode & 0o777);
  }
}

const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
