// Files in a map in memory, as a FileSystem. What it holds is lost with the process.
//
// Files are values: put() replaces one, nobody changes one, so an open file is simply the value
// that was there. A version is a hash of the content, not a count: counts start again with the
// process, and a browser that remembers "3" would be told that nothing has changed.

import { sourceOf } from "../base/byte-source.ts";
import type { Clock } from "../base/clock.ts";
import type { Entry, FileSystem, FileSystemWriter, OpenFile, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import {
  emptyDirectory,
  fileOf,
  type MemoryDirectory,
  type MemoryFile,
  type MemoryNode,
} from "./memory-node.ts";
import { MemoryRoom } from "./memory-room.ts";
import { MemoryWriter } from "./memory-writer.ts";
import { canNameFile, nameOf, parentOf, type VfsPath, vfsPathOf } from "./path.ts";

export interface MemoryFileSystem extends FileSystem {
  readonly writer: FileSystemWriter;
  /**
   * Makes or replaces a file, with the directories above it. The bytes are copied.
   * @throws FsError "is-a-directory", "not-a-directory" (above it is a file), "denied" (no name),
   *   "no-space"
   */
  put(path: VfsPath, bytes: Uint8Array, modifiedMs?: number): void;
  /** Makes a directory, with those above it; nothing happens when it is there. Throws as put(). */
  putDirectory(path: VfsPath): void;
  /** Removes a file, or a directory with all that it holds. @throws FsError "not-found" */
  remove(path: VfsPath): void;
  /** From now on; what is there stays, also where that is more. */
  limitBytes(bytesMax: number): void;
}

/** By path: text stands for its UTF-8; a path with a slash at its end is an empty directory. */
export type MemoryFiles = Readonly<Record<string, Uint8Array | string>>;

export interface MemoryOptions {
  /**
   * All files together, drafts too; past it writing is "no-space". Names have a bound of their own,
   * which follows from this one (memory-room.ts). Default: no bound.
   */
  readonly bytesMax?: number;
  /** For the times of what is written; without it they are not kept. */
  readonly clock?: Clock;
}

/** @throws Error for a path that no file could have: only our own code names these */
export function memoryFileSystem(
  files: MemoryFiles = {},
  options: MemoryOptions = {},
): MemoryFileSystem {
  const memory = new Memory(options);
  for (const [name, content] of Object.entries(files)) {
    const path = vfsPathOf(name);
    if (path === undefined) throw new Error(`no file can be called ${name}`);
    if (name.endsWith("/")) memory.putDirectory(path);
    else memory.put(path, Buffer.from(content));
  }
  return memory;
}

class Memory implements MemoryFileSystem {
  readonly #root = emptyDirectory();
  readonly writer: FileSystemWriter;
  readonly #room: MemoryRoom;

  constructor({ bytesMax = Number.POSITIVE_INFINITY, clock }: MemoryOptions) {
    this.#room = new MemoryRoom(bytesMax);
    this.writer = new MemoryWriter({
      find: (path) => this.#look(path),
      nowMs: () => clock?.wallMs(),
      room: this.#room,
    });
  }

  limitBytes(bytesMax: number): void {
    this.#room.limit(bytesMax);
  }

  // Asynchronous, so that what find() throws is a rejection, as with every FileSystem.
  async stat(path: VfsPath): Promise<Stat> {
    return this.#find(path).stat;
  }

  holds(path: VfsPath, seen: Stat | undefined): boolean {
    const now = this.#look(path)?.stat;
    return now === undefined || seen === undefined
      ? now === seen
      : now.kind === seen.kind && now.version === seen.version;
  }

  async open(path: VfsPath): Promise<OpenFile> {
    const node = this.#find(path);
    if ("children" in node) throw new FsError("is-a-directory", `${path} is a directory`);
    return openFile(node, path);
  }

  async *list(path: VfsPath): AsyncGenerator<Entry, void, void> {
    const node = this.#find(path);
    if (!("children" in node)) throw new FsError("not-a-directory", `${path} is not a directory`);
    // A copy: what is put or removed meanwhile is not half seen.
    const entries = Array.from(node.children, ([name, { stat }]) => ({ name, stat }));
    yield* entries;
  }

  put(path: VfsPath, bytes: Uint8Array, modifiedMs?: number): void {
    if (path === "/") throw new FsError("is-a-directory", `${path} is a directory`);
    assertNamesFile(path);
    const parent = this.#makeDirectory(parentOf(path));
    const before = parent.children.get(nameOf(path));
    if (before !== undefined && "children" in before) {
      throw new FsError("is-a-directory", `${path} is a directory`);
    }
    this.#room.hold(bytes.length - (before?.bytes.length ?? 0));
    if (before === undefined) this.#room.holdName(nameOf(path));
    parent.children.set(nameOf(path), fileOf(Buffer.from(bytes), modifiedMs));
  }

  putDirectory(path: VfsPath): void {
    assertNamesFile(path);
    this.#makeDirectory(path);
  }

  remove(path: VfsPath): void {
    const node = this.#find(path);
    this.#release(node);
    if (path === "/") {
      this.#root.children.clear();
    } else {
      this.#room.dropName(nameOf(path));
      this.#makeDirectory(parentOf(path)).children.delete(nameOf(path));
    }
  }

  #release(node: MemoryNode): void {
    // A stack of nodes instead of recursion: depth is a stranger's choice.
    const waiting = [node];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if ("children" in at) {
        for (const [name, child] of at.children) {
          this.#room.dropName(name);
          waiting.push(child);
        }
      } else {
        this.#room.hold(-at.bytes.length);
      }
    }
  }

  #find(path: VfsPath): MemoryNode {
    const node = this.#look(path);
    if (node === undefined) throw new FsError("not-found", `${path} not found`);
    return node;
  }

  #look(path: VfsPath): MemoryNode | undefined {
    let node: MemoryNode | undefined = this.#root;
    for (const name of namesOf(path)) {
      node = node !== undefined && "children" in node ? node.children.get(name) : undefined;
    }
    return node;
  }

  #makeDirectory(path: VfsPath): MemoryDirectory {
    let directory = this.#root;
    for (const name of namesOf(path)) {
      const there = directory.children.get(name);
      const child = there ?? emptyDirectory();
      if (!("children" in child)) throw new FsError("not-a-directory", `${path} is below a file`);
      if (there === undefined) this.#room.holdName(name);
      directory.children.set(name, child);
      directory = child;
    }
    return directory;
  }
}

function openFile({ bytes, stat }: MemoryFile, path: VfsPath): OpenFile {
  const source = sourceOf(bytes);
  let isClosed = false;
  return {
    stat,
    async readAt(target, position) {
      if (isClosed) throw new Error(`${path} is read after it was closed`);
      return source.readAt(target, position);
    },
    async close() {
      isClosed = true;
    },
  };
}

function namesOf(path: VfsPath): string[] {
  return path === "/" ? [] : path.slice(1).split("/");
}

function assertNamesFile(path: VfsPath): void {
  if (!canNameFile(path)) throw new FsError("denied", `no file can be called ${path}`);
}
