// Changes of files in memory. Every change is made in one turn, so nobody sees half of it; what
// takes several turns (a draft that is being written) nobody sees at all.

import { assertExpected } from "./expected.ts";
import type { CommitOptions, Expected, FileDraft, FileSystemWriter, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import {
  contentHash,
  emptyDirectory,
  fileOf,
  type MemoryDirectory,
  type MemoryFile,
  type MemoryNode,
} from "./memory-node.ts";
import type { MemoryRoom } from "./memory-room.ts";
import { canNameFile, isBelow, nameOf, parentOf, ROOT, type VfsPath } from "./path.ts";

/** What a writer may know of the memory it writes to. */
export interface MemoryTree {
  /** undefined: nothing is there. */
  find(path: VfsPath): MemoryNode | undefined;
  /** When something is changed and nobody says when; undefined: not kept. */
  nowMs(): number | undefined;
  readonly room: MemoryRoom;
}

export class MemoryWriter implements FileSystemWriter {
  readonly #tree: MemoryTree;

  constructor(tree: MemoryTree) {
    this.#tree = tree;
  }

  async write(path: VfsPath): Promise<FileDraft> {
    this.#parent(path);
    if (isDirectory(this.#tree.find(path))) throw isADirectory(path);
    return new Draft(this.#tree, (file, options) => this.#commit(path, file, options));
  }

  async append(path: VfsPath, bytes: Uint8Array): Promise<Stat> {
    const node = this.#tree.find(path);
    if (node === undefined) throw notFound(path);
    if (isDirectory(node)) throw isADirectory(path);
    this.#tree.room.hold(bytes.length);
    return this.#put(path, fileOf(Buffer.concat([node.bytes, bytes]), this.#tree.nowMs()));
  }

  async makeDirectory(path: VfsPath): Promise<void> {
    if (this.#tree.find(path) !== undefined) throw exists(path);
    const { children } = this.#parent(path);
    this.#tree.room.holdName(nameOf(path));
    children.set(nameOf(path), emptyDirectory(this.#tree.nowMs()));
  }

  async remove(path: VfsPath, expected: Expected = "something"): Promise<void> {
    const node = this.#tree.find(path);
    if (node === undefined) throw notFound(path);
    assertExpected(expected, node.stat, path);
    if (isDirectory(node) && node.children.size > 0) {
      throw new FsError("not-empty", `${path} is not empty`);
    }
    this.#parent(path).children.delete(nameOf(path));
    this.#tree.room.dropName(nameOf(path));
    if (!isDirectory(node)) this.#tree.room.hold(-node.bytes.length);
  }

  async move(from: VfsPath, to: VfsPath, expected: Expected): Promise<void> {
    const node = this.#tree.find(from);
    if (node === undefined) throw notFound(from);
    const source = this.#parent(from);
    if (from === to) return;
    if (isBelow(from, to)) throw new FsError("denied", `${from} cannot be moved into itself`);
    const target = this.#parent(to);
    const there = this.#tree.find(to);
    assertExpected(expected, there?.stat, to);
    if (there !== undefined && (isDirectory(there) || isDirectory(node))) throw exists(to);
    if (there === undefined) this.#tree.room.holdName(nameOf(to));
    else if (!isDirectory(there)) this.#tree.room.hold(-there.bytes.length);
    source.children.delete(nameOf(from));
    this.#tree.room.dropName(nameOf(from));
    target.children.set(nameOf(to), node);
  }

  async setModified(path: VfsPath, modifiedMs: number): Promise<void> {
    const node = this.#tree.find(path);
    if (node === undefined) throw notFound(path);
    const children = this.#parent(path).children;
    children.set(nameOf(path), { ...node, stat: { ...node.stat, modifiedMs } });
  }

  #commit(path: VfsPath, file: MemoryFile, { expected }: CommitOptions): Stat {
    const there = this.#tree.find(path);
    assertExpected(expected, there?.stat, path);
    if (isDirectory(there)) throw isADirectory(path);
    this.#parent(path);
    if (there === undefined) this.#tree.room.holdName(nameOf(path));
    else this.#tree.room.hold(-there.bytes.length);
    return this.#put(path, file);
  }

  #put(path: VfsPath, file: MemoryFile): Stat {
    this.#parent(path).children.set(nameOf(path), file);
    return file.stat;
  }

  /** The directory that holds it, or is to. */
  #parent(path: VfsPath): MemoryDirectory {
    if (path === ROOT) throw new FsError("denied", "the root stays as it is");
    if (!canNameFile(path)) throw new FsError("denied", `no file can be called ${path}`);
    const parent = this.#tree.find(parentOf(path));
    if (parent === undefined) throw notFound(parentOf(path));
    if (!isDirectory(parent)) {
      throw new FsError("not-a-directory", `${parentOf(path)} is not a directory`);
    }
    return parent;
  }
}

/** Small pieces are put together in blocks: by themselves each would cost more than it holds. */
const BLOCK_BYTES_MAX = 64 * 1024;

class Draft implements FileDraft {
  readonly #tree: MemoryTree;
  readonly #land: (file: MemoryFile, options: CommitOptions) => Stat;
  readonly #hash = contentHash();
  #full: Buffer[] = [];
  #block: Buffer = Buffer.alloc(0);
  #blockUsed = 0;
  #held = 0;
  #isOver = false;

  constructor(tree: MemoryTree, land: (file: MemoryFile, options: CommitOptions) => Stat) {
    this.#tree = tree;
    this.#land = land;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) throw new Error("a draft is written after its end");
    this.#tree.room.hold(bytes.length);
    this.#held += bytes.length;
    this.#hash.update(bytes);
    const fitting = bytes.subarray(0, this.#block.length - this.#blockUsed);
    this.#block.set(fitting, this.#blockUsed);
    this.#blockUsed += fitting.length;
    if (fitting.length < bytes.length) this.#openBlock(bytes.subarray(fitting.length));
  }

  async commit(options: CommitOptions): Promise<Stat> {
    if (this.#isOver) throw new Error("a draft is committed after its end");
    try {
      const bytes = Buffer.concat([...this.#full, this.#block.subarray(0, this.#blockUsed)]);
      const modifiedMs = options.modifiedMs ?? this.#tree.nowMs();
      const stat = this.#land(fileOf(bytes, modifiedMs, this.#hash), options);
      this.#held = 0; // the file's now
      return stat;
    } finally {
      await this.abort();
    }
  }

  async abort(): Promise<void> {
    this.#isOver = true;
    this.#full = [];
    this.#block = Buffer.alloc(0);
    this.#tree.room.hold(-this.#held);
    this.#held = 0;
  }

  /** Twice as large as the last one: few blocks for much, little waste for little. */
  #openBlock(bytes: Uint8Array): void {
    this.#full.push(this.#block);
    const length = Math.min(BLOCK_BYTES_MAX, 2 * this.#block.length);
    this.#block = Buffer.allocUnsafeSlow(Math.max(256, length, bytes.length));
    this.#block.set(bytes);
    this.#blockUsed = bytes.length;
  }
}

function isDirectory(node: MemoryNode | undefined): node is MemoryDirectory {
  return node !== undefined && "children" in node;
}

function notFound(path: VfsPath): FsError {
  return new FsError("not-found", `${path} not found`);
}

function exists(path: VfsPath): FsError {
  return new FsError("exists", `${path} exists already`);
}

function isADirectory(path: VfsPath): FsError {
  return new FsError("is-a-directory", `${path} is a directory`);
}
