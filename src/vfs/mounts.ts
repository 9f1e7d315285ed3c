// Several file systems as one tree. They come and go while it is used: what was opened before
// stays open, what is asked for afterwards finds what is mounted then.
//
// The directories on the way to a mount are there by themselves, and hold nothing else than the
// way; a file system mounted at "/" fills the rest. Deeper mounts hide what lies below them.

import type { Entry, FileSystem, FileSystemWriter, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { isBelow, nameOf, parentOf, ROOT, relativeTo, type VfsPath } from "./path.ts";

export interface Mounts extends FileSystem {
  readonly writer: FileSystemWriter;
  /** @throws FsError "exists" when something is mounted at this very place */
  attach(at: VfsPath, fileSystem: FileSystem): void;
  /** Does nothing when nothing is mounted there. */
  detach(at: VfsPath): void;
}

export function mounts(): Mounts {
  return new MountTable();
}

interface Found {
  readonly fileSystem: FileSystem;
  readonly path: VfsPath;
}

class MountTable implements Mounts {
  readonly #mounted: Map<VfsPath, FileSystem> = new Map();
  readonly writer: FileSystemWriter = {
    write: async (path) => {
      this.#refuseDirectory(path);
      return this.#writerOf(path).write(this.#pathIn(path));
    },
    append: async (path, bytes) => {
      this.#refuseDirectory(path);
      return this.#writerOf(path).append(this.#pathIn(path), bytes);
    },
    makeDirectory: async (path) => {
      if (this.#isWay(path)) throw new FsError("exists", `${path} exists already`);
      await this.#writerOf(path).makeDirectory(this.#pathIn(path));
    },
    remove: async (path, expected) => {
      this.#refuseWay(path);
      await this.#writerOf(path).remove(this.#pathIn(path), expected);
    },
    move: async (from, to, expected) => {
      this.#refuseWay(from);
      if (this.#isWay(to)) throw new FsError("exists", `${to} exists already`);
      if (this.#find(from)?.fileSystem !== this.#find(to)?.fileSystem) {
        // rename(2) says EXDEV here; whoever wants it copies (tree.ts).
        throw new FsError("unsupported", `${from} and ${to} lie in different file systems`);
      }
      await this.#writerOf(from).move(this.#pathIn(from), this.#pathIn(to), expected);
    },
    setModified: async (path, modifiedMs) =>
      this.#writerOf(path).setModified(this.#pathIn(path), modifiedMs),
  };

  attach(at: VfsPath, fileSystem: FileSystem): void {
    if (this.#mounted.has(at)) throw new FsError("exists", `something is mounted at ${at}`);
    this.#mounted.set(at, fileSystem);
  }

  detach(at: VfsPath): void {
    this.#mounted.delete(at);
  }

  async stat(path: VfsPath): Promise<Stat> {
    const found = this.#find(path);
    if (found === undefined || (this.#isWay(path) && !this.#mounted.has(path))) {
      return this.#wayStat(path);
    }
    return found.fileSystem.stat(found.path);
  }

  async open(path: VfsPath): ReturnType<FileSystem["open"]> {
    this.#refuseDirectory(path);
    const found = this.#find(path);
    if (found === undefined) throw notFound(path);
    return found.fileSystem.open(found.path);
  }

  async *list(path: VfsPath): AsyncGenerator<Entry, void, void> {
    const names = this.#namesOnTheWay(path);
    for (const name of names) yield { name, stat: DIRECTORY };
    const found = this.#find(path);
    if (found === undefined) {
      if (names.size === 0 && !this.#isWay(path)) throw notFound(path);
      return;
    }
    try {
      for await (const entry of found.fileSystem.list(found.path)) {
        if (!names.has(entry.name)) yield entry;
      }
    } catch (error) {
      // A way through a file system need not be a directory of its own.
      const isOurs = this.#isWay(path) && !this.#mounted.has(path);
      if (!isOurs || !(error instanceof FsError) || error.code !== "not-found") throw error;
    }
  }

  /** The deepest mount that holds this path. */
  #find(path: VfsPath): Found | undefined {
    for (let at = path; ; at = parentOf(at)) {
      const fileSystem = this.#mounted.get(at);
      if (fileSystem !== undefined) return { fileSystem, path: relativeTo(at, path) };
      if (at === ROOT) return undefined;
    }
  }

  /** Whether something is mounted here or below. The root is always there. */
  #isWay(path: VfsPath): boolean {
    return (
      path === ROOT || [...this.#mounted.keys()].some((at) => at === path || isBelow(path, at))
    );
  }

  #wayStat(path: VfsPath): Stat {
    if (!this.#isWay(path)) throw notFound(path);
    return DIRECTORY;
  }

  #namesOnTheWay(path: VfsPath): Set<string> {
    const names = new Set<string>();
    for (const at of this.#mounted.keys()) {
      for (let step = at; step !== ROOT; step = parentOf(step)) {
        if (parentOf(step) === path) names.add(nameOf(step));
      }
    }
    return names;
  }

  /** A file system behind a way may have no such directory, and take a file that nobody would see. */
  #refuseDirectory(path: VfsPath): void {
    if (this.#isWay(path)) throw new FsError("is-a-directory", `${path} is a directory`);
  }

  #refuseWay(path: VfsPath): void {
    if (this.#isWay(path)) throw new FsError("denied", `${path} is where something is mounted`);
  }

  #writerOf(path: VfsPath): FileSystemWriter {
    const found = this.#find(path);
    if (found === undefined) throw this.#isWay(parentOf(path)) ? readOnly(path) : notFound(path);
    if (found.fileSystem.writer === undefined) throw readOnly(path);
    return found.fileSystem.writer;
  }

  #pathIn(path: VfsPath): VfsPath {
    return this.#find(path)?.path ?? path;
  }
}

const DIRECTORY: Stat = Object.freeze({
  kind: "directory",
  size: 0,
  modifiedMs: undefined,
  version: undefined,
});

function notFound(path: VfsPath): FsError {
  return new FsError("not-found", `${path} not found`);
}

function readOnly(path: VfsPath): FsError {
  return new FsError("read-only", `${path} may not be changed`);
}
