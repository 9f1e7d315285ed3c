// What can be told of a disk at a glance, without waiting for libuv's threads: whether the way to a
// name leads through the very folders it led through before, none of them a link, and whether the
// file at its end, or what names a folder has, is as it was. One look at a file costs 3 us; folders are
// looked at once in each turn of the event loop, however many files lie in them.
//
// So what is missing need not be asked for: as long as nothing came into a folder, none of
// "app.js.br", "app.js.zst" and "app.js.gz" did.

import { lstatSync, type Stats, statSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { below, onDisk } from "./disk-path.ts";
import type { Glance } from "./file-system.ts";
import { parentOf, ROOT, type VfsPath } from "./path.ts";

/**
 * A name may come into a folder within the very tick of the clock that its last change has; of
 * younger folders nothing is said. FAT counts in steps of two seconds.
 */
const SETTLED_MS = 3000;

const QUIETLY = { throwIfNoEntry: false } as const;

export class DiskGlances {
  readonly #rootPath: string;
  readonly #clock: Clock;
  /** As they looked in this turn; undefined: a link, no folder, or not to be seen. */
  readonly #folders = new Map<VfsPath, Folder | undefined>();

  /** @param rootPath may itself be a link */
  constructor(rootPath: string, clock: Clock) {
    this.#rootPath = rootPath;
    this.#clock = clock;
  }

  /** Of a file or a folder; undefined for all else. */
  at(path: VfsPath): Glance | undefined {
    if (path === ROOT || this.#folders.has(path)) return this.#folder(path);
    const folder = this.#folder(parentOf(path));
    if (folder === undefined) return undefined;
    const stats = this.#look(path);
    if (stats?.isDirectory() === true) return this.#folder(path);
    return stats?.isFile() === true ? new FileGlance(folder, stats) : undefined;
  }

  /** Of the names in a folder. */
  names(directory: VfsPath): Glance | undefined {
    const folder = this.#folder(directory);
    if (folder === undefined) return undefined;
    const changedMs = Math.max(folder.stats.mtimeMs, folder.stats.ctimeMs);
    const isSettled = Math.abs(this.#clock.wallMs() - changedMs) >= SETTLED_MS;
    return isSettled ? new NamesGlance(folder) : undefined;
  }

  #folder(path: VfsPath): Folder | undefined {
    if (this.#folders.has(path)) return this.#folders.get(path);
    if (this.#folders.size === 0) setImmediate(() => this.#folders.clear());
    const folder = this.#folderNow(path);
    this.#folders.set(path, folder);
    return folder;
  }

  #folderNow(path: VfsPath): Folder | undefined {
    const parent = path === ROOT ? undefined : this.#folder(parentOf(path));
    if (path !== ROOT && parent === undefined) return undefined;
    const stats = this.#look(path);
    return stats?.isDirectory() === true ? new Folder(parent, stats) : undefined;
  }

  #look(path: VfsPath): Stats | undefined {
    const diskPath = onDisk(below(this.#rootPath, path));
    try {
      return path === ROOT ? statSync(diskPath, QUIETLY) : lstatSync(diskPath, QUIETLY);
    } catch {
      return undefined; // stat() will say what is the matter
    }
  }
}

/** As a folder on the way: it is the same one, for the same people. */
class Folder implements Glance {
  readonly parent: Folder | undefined;
  readonly stats: Stats;

  constructor(parent: Folder | undefined, stats: Stats) {
    this.parent = parent;
    this.stats = stats;
  }

  isSame(other: Glance): boolean {
    if (other === this) return true;
    if (!(other instanceof Folder) || !isSameNode(this.stats, other.stats)) return false;
    const { parent } = this;
    return parent === undefined || other.parent === undefined
      ? parent === other.parent
      : parent.isSame(other.parent);
  }
}

class FileGlance implements Glance {
  readonly folder: Folder;
  readonly stats: Stats;

  constructor(folder: Folder, stats: Stats) {
    this.folder = folder;
    this.stats = stats;
  }

  isSame(other: Glance): boolean {
    if (!(other instanceof FileGlance)) return false;
    const { stats } = other;
    return (
      isSameNode(this.stats, stats) &&
      isUnchanged(this.stats, stats) &&
      this.stats.size === stats.size &&
      this.folder.isSame(other.folder)
    );
  }
}

class NamesGlance implements Glance {
  readonly folder: Folder;

  constructor(folder: Folder) {
    this.folder = folder;
  }

  isSame(other: Glance): boolean {
    if (!(other instanceof NamesGlance)) return false;
    return isUnchanged(this.folder.stats, other.folder.stats) && this.folder.isSame(other.folder);
  }
}

function isSameNode(one: Stats, other: Stats): boolean {
  return (
    one.ino === other.ino &&
    one.dev === other.dev &&
    one.mode === other.mode &&
    one.uid === other.uid &&
    one.gid === other.gid
  );
}

/** To a quarter of a microsecond, which is what a double holds. */
function isUnchanged(one: Stats, other: Stats): boolean {
  return one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs;
}
