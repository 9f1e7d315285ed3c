// A folder on disk as a FileSystem. THE security boundary of the server: whatever is asked for,
// nothing outside the root is ever told or sent.
//
// Every path goes through one door, #enter(): open first, then ask where the open thing lies
// (disk-locator.ts). What was checked is then what is read, even if a name on the way is swapped
// for a symlink in between. Nothing blocks: FIFOs and devices are opened without waiting, and
// refused. Descriptors are close-on-exec; libuv sees to that.
//
// What lies outside, a link that leads nowhere, and a name that does not exist all look the
// same: "not-found". Permission to read decides only about what is certainly inside.

import { closeSync, constants, fstat, lstat, open, statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { promisify } from "node:util";
import type { Clock } from "../base/clock.ts";
import { diskError, fsErrorOf, notFound } from "./disk-error.ts";
import { closeDescriptor, DiskFile } from "./disk-file.ts";
import type { Folder } from "./disk-folder.ts";
import { DiskGlances } from "./disk-glance.ts";
import { entriesOf } from "./disk-listing.ts";
import { type Locator, systemLocator } from "./disk-locator.ts";
import {
  below,
  isDiskName,
  isDotfile,
  isInside,
  isOwnName,
  isShortEnough,
  onDisk,
} from "./disk-path.ts";
import { DiskRoot } from "./disk-root.ts";
import { statOf } from "./disk-stat.ts";
import { DiskWriter } from "./disk-writer.ts";
import type { Entry, FileSystem, FileSystemWriter, Glance, OpenFile, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { isMark } from "./overlay-marks.ts";
import { nameOf, parentOf, type VfsPath } from "./path.ts";

/**
 * Which symlinks below the root are followed. inside: those that end inside the root; never:
 * none; any: all of them, wherever they lead. The root itself may always be one.
 */
export type SymlinkPolicy = "inside" | "never" | "any";

export interface DiskOptions {
  /** Absolute. May be missing, and may come, go and move while we run. */
  readonly root: string;
  readonly symlinks: SymlinkPolicy;
  /**
   * False: names that start with a dot are not found, and not listed. "/.well-known" is found
   * all the same, but not listed. It is the name asked for that counts, not where a symlink
   * leads: Kubernetes mounts its volumes as links into "..data".
   */
  readonly dotfiles: boolean;
  /** Default: false. */
  readonly writable?: boolean;
  /** Whether an overlay's marks (overlay-marks.ts) are names like any other. Default: false. */
  readonly marks?: boolean;
  /** Without it nothing is told at a glance. */
  readonly clock?: Clock;
}

/** @param locator for tests: the means of systems that are not this one */
export function diskFileSystem(
  options: DiskOptions,
  locator: Locator = systemLocator(),
): FileSystem {
  if (!isAbsolute(options.root)) throw new Error(`the root ${options.root} is not absolute`);
  return new Disk(options, locator);
}

/** How often a name that moves while we look at it is looked at again. */
const ATTEMPTS_MAX = 3;
const openDescriptor = promisify(open);
const fstatOf = promisify(fstat);
const lstatOf = promisify(lstat);

/** Where an opened thing lies, as far as that decides anything. */
type Place =
  | { readonly kind: "inside"; readonly realPath: string }
  | { readonly kind: "outside" }
  | { readonly kind: "moved" };

/** A thing that was opened and may be seen. Whoever holds it closes `fd`. */
interface Entered {
  readonly fd: number;
  /** undefined: neither file nor directory. */
  readonly stat: Stat | undefined;
  readonly realPath: string;
}

class Disk implements FileSystem {
  readonly writer?: FileSystemWriter;
  readonly #symlinks: SymlinkPolicy;
  readonly #dotfiles: boolean;
  readonly #marks: boolean;
  readonly #locator: Locator;
  readonly #rootPath: string;
  readonly #root: DiskRoot;
  readonly #readFlags: number;
  readonly #glances: DiskGlances | undefined;

  constructor(options: DiskOptions, locator: Locator) {
    const { root, symlinks, dotfiles, writable, marks, clock } = options;
    this.#symlinks = symlinks;
    this.#dotfiles = dotfiles;
    this.#marks = marks === true;
    this.#locator = locator;
    this.#rootPath = resolve(root);
    this.#root = new DiskRoot(this.#rootPath);
    this.#glances = clock && new DiskGlances(this.#rootPath, clock);
    // O_NONBLOCK: opening a FIFO would wait for a writer and hold one of libuv's four threads.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    this.#readFlags = symlinks === "never" ? flags | constants.O_NOFOLLOW : flags;
    if (writable !== true) return;
    this.writer = new DiskWriter({
      mayBeNamed: (path) => this.#isSeen(path) && isShortEnough(below(this.#rootPath, path)),
      stat: (path) => this.stat(path),
      enterFolder: (path) => this.#enterFolder(path),
      enter: (path, writeFlags) => this.#enterKnown(path, writeFlags),
    });
  }

  async stat(path: VfsPath): Promise<Stat> {
    const { fd, stat } = await this.#enter(path, this.#locator.lookFlags);
    // Nothing was read or written, so closing has nothing to wait for.
    closeSync(fd);
    if (stat === undefined) throw diskError("denied", path);
    return stat;
  }

  /**
   * The one thing here that does not wait for libuv's threads: 3 us instead of 40. What was looked
   * at some seconds ago lies in the kernel's memory.
   */
  holds(path: VfsPath, seen: Stat | undefined): boolean {
    if (!this.#isSeen(path)) return seen === undefined;
    try {
      const diskPath = onDisk(below(this.#rootPath, path));
      const stats = statSync(diskPath, { bigint: true, throwIfNoEntry: false });
      if (stats === undefined || seen === undefined) return stats === seen;
      const now = statOf(stats);
      return now !== undefined && now.kind === seen.kind && now.version === seen.version;
    } catch {
      return false; // stat() will say what is the matter
    }
  }

  glance(path: VfsPath): Glance | undefined {
    return this.#isSeen(path) ? this.#glances?.at(path) : undefined;
  }

  glanceAtNames(directory: VfsPath): Glance | undefined {
    return this.#isSeen(directory) ? this.#glances?.names(directory) : undefined;
  }

  async open(path: VfsPath): Promise<OpenFile> {
    const { fd, stat } = await this.#enter(path, this.#readFlags);
    if (stat?.kind === "file") return new DiskFile(fd, stat, path);
    await closeDescriptor(fd, path);
    throw diskError(stat === undefined ? "denied" : "is-a-directory", path);
  }

  async *list(path: VfsPath): AsyncGenerator<Entry, void, void> {
    const { fd, stat, realPath } = await this.#enter(path, this.#locator.lookFlags);
    try {
      if (stat?.kind !== "directory") throw diskError("not-a-directory", path);
      yield* entriesOf({
        path,
        folder: this.#locator.folderPath(fd, realPath),
        isShown: (child) => this.#isSeen(child) && this.#isListed(child),
        statLink: (child) =>
          this.#symlinks === "never" ? Promise.reject(notFound(child)) : this.stat(child),
      });
    } finally {
      closeSync(fd);
    }
  }

  async #enterFolder(path: VfsPath): Promise<Folder> {
    const { fd, stat, realPath } = await this.#enter(path, this.#locator.lookFlags);
    if (stat?.kind === "directory") {
      return { path: this.#locator.folderPath(fd, realPath), close: () => closeSync(fd) };
    }
    closeSync(fd);
    throw diskError("not-a-directory", path);
  }

  async #enterKnown(path: VfsPath, flags: number): Promise<Entered & { readonly stat: Stat }> {
    const followed = this.#symlinks === "never" ? flags | constants.O_NOFOLLOW : flags;
    const entered = await this.#enter(path, followed);
    const { stat } = entered;
    if (stat !== undefined) return { ...entered, stat };
    await closeDescriptor(entered.fd, path);
    throw diskError("denied", path);
  }

  /** False for names that nobody may ask for. */
  #isSeen(path: VfsPath): boolean {
    if (!isDiskName(path) || isOwnName(path)) return false;
    return this.#dotfiles || !isDotfile(path) || (this.#isMark(path) && !isDotfile(parentOf(path)));
  }

  /** Unlike #isSeen(), of the last segment only, and without exceptions. */
  #isListed(path: VfsPath): boolean {
    return this.#dotfiles || !nameOf(path).startsWith(".") || this.#isMark(path);
  }

  #isMark(path: VfsPath): boolean {
    return this.#marks && isMark(nameOf(path));
  }

  /** The one door. Rejects with FsError; "not-found" for all that may not be seen. */
  async #enter(path: VfsPath, flags: number): Promise<Entered> {
    if (!this.#isSeen(path)) throw notFound(path);
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const entered = await this.#tryToEnter(path, flags);
      if (entered !== "moved") return entered;
    }
    throw notFound(path);
  }

  async #tryToEnter(path: VfsPath, flags: number): Promise<Entered | "moved"> {
    const base = await this.#base(path);
    const fd = await this.#openBelow(base, path, flags);
    try {
      const place = await this.#placeOf(fd, below(base, path), base);
      if (place.kind === "inside") {
        const stat = statOf(await fstatOf(fd, { bigint: true }));
        return { fd, stat, realPath: place.realPath };
      }
      if (place.kind === "outside" && !(await this.#root.hasMovedFrom(base))) throw notFound(path);
    } catch (error) {
      await closeDescriptor(fd, path);
      throw fsErrorOf(error, path);
    }
    await closeDescriptor(fd, path);
    return "moved";
  }

  async #base(path: VfsPath): Promise<string> {
    if (this.#symlinks === "any") return this.#rootPath;
    try {
      return await this.#root.realPath();
    } catch (error) {
      throw fsErrorOf(error, path);
    }
  }

  async #openBelow(base: string, path: VfsPath, flags: number): Promise<number> {
    try {
      return await openDescriptor(onDisk(below(base, path)), flags);
    } catch (error) {
      const failure = fsErrorOf(error, path);
      if (!(failure instanceof FsError) || failure.code !== "denied") throw failure;
      // "denied" tells that there is something. Only what is inside may tell that.
      if (this.#symlinks === "any" || (await isPlainPath(base, path))) throw failure;
      throw notFound(path);
    }
  }

  async #placeOf(fd: number, diskPath: string, base: string): Promise<Place> {
    if (this.#symlinks === "any") return { kind: "inside", realPath: diskPath };
    const realPath = await this.#locator.realPathOf(fd, diskPath);
    if (realPath === undefined) return { kind: "moved" };
    // Without symlinks a path is its own real path. O_NOFOLLOW knows only of the last segment.
    const isAdmitted =
      this.#symlinks === "never" ? realPath === diskPath : isInside(realPath, base);
    return isAdmitted ? { kind: "inside", realPath } : { kind: "outside" };
  }
}

/**
 * Whether the way down from `base`, as far as we are let, goes through no symlink: then what
 * refuses us is inside. Behind a link it may be anywhere, and the link is all there is to see.
 */
async function isPlainPath(base: string, path: VfsPath): Promise<boolean> {
  for (const step of stepsTo(path)) {
    try {
      if ((await lstatOf(onDisk(below(base, step)))).isSymbolicLink()) return false;
    } catch (error) {
      const failure = fsErrorOf(error, path);
      return failure instanceof FsError && failure.code === "denied";
    }
  }
  return true;
}

/** "/a/b" → "/a", "/a/b". */
function stepsTo(path: VfsPath): VfsPath[] {
  const steps: VfsPath[] = [];
  for (let step = path; step !== "/"; step = parentOf(step)) steps.unshift(step);
  return steps;
}
