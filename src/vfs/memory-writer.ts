// Changes of files in memory. Every change is made in one turn, so nobody sees half of it; what
// takes several turns (a draft that is being written) nobody sees at all.

import { assertExpected } from "./expected.ts";
import type { CommitOptions, Expected, FileDraft, FileSystemWriter, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { emptyDirectory, fileOf, type MemoryDirectory, type MemoryNode } from "./memory-node.ts";
import { canNameFile, isBelow, nameOf, parentOf, ROOT, type VfsPath } from "./path.ts";

/** What a writer may know of the memory it writes to. */
export interface MemoryTree {
  /** undefined: nothing is there. */
  find(path: VfsPath): MemoryNode | undefined;
  /** When something is changed and nobody says when; undefined: not kept. */
  nowMs(): number | undefined;
  /** Counts bytes in, or out when negative. @throws FsError "no-space" */
  hold(bytes: number): void;
}

export class MemoryWriter implements FileSystemWriter {
  readonly #tree: MemoryTree;

  constructor(tree: MemoryTree) {
    this.#tree = tree;
  }

  async write(path: VfsPath): Promise<FileDraft> {
    this.#parent(path);
    if (isDirectory(this.#tree.find(path))) throw isADirectory(path);
    return new Draft(this.#tree, (bytes, options) => this.#commit(path, bytes, options));
  }

  async append(path: VfsPath, bytes: Uint8Array): Promise<Stat> {
    const node = this.#tree.find(path);
    if (node === undefined) throw notFound(path);
    if (isDirectory(node)) throw isADirectory(path);
    this.#tree.hold(bytes.length);
    const whole = Buffer.concat([node.bytes, bytes]);
    return this.#put(path, whole, undefined);
  }

  async makeDirectory(path: VfsPath): Promise<void> {
    if (this.#tree.find(path) !== undefined) throw exists(path);
    this.#parent(path).children.set(nameOf(path), emptyDirectory(this.#tree.nowMs()));
  }

  async remove(path: VfsPath, expected: Expected = "something"): Promise<void> {
    const node = this.#tree.find(path);
    if (node === undefined) throw notFound(path);
    assertExpected(expected, node.stat, path);
    if (isDirectory(node) && node.children.size > 0) {
      throw new FsError("not-empty", `${path} is not empty`);
    }
    this.#parent(path).children.delete(nameOf(path));
    if (!isDirectory(node)) this.#tree.hold(-node.bytes.length);
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
    source.children.delete(nameOf(from));
    target.children.set(nameOf(to), node);
    if (there !== undefined && !isDirectory(there)) this.#tree.hold(-there.bytes.length);
  }

  async setModified(path: VfsPath, modifiedMs: number): Promise<void> {
    const node = this.#tree.find(path);
    if (node === undefined) throw notFound(path);
    const children = this.#parent(path).children;
    children.set(nameOf(path), { ...node, stat: { ...node.stat, modifiedMs } });
  }

  #commit(path: VfsPath, bytes: Buffer, { expected, modifiedMs }: CommitOptions): Stat {
    const there = this.#tree.find(path);
    assertExpected(expected, there?.stat, path);
    if (isDirectory(there)) throw isADirectory(path);
    const stat = this.#put(path, bytes, modifiedMs);
    if (there !== undefined) this.#tree.hold(-there.bytes.length);
    return stat;
  }

  #put(path: VfsPath, bytes: Buffer, modifiedMs: number | undefined): Stat {
    const file = fileOf(bytes, modifiedMs ?? this.#tree.nowMs());
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

class Draft implements FileDraft {
  readonly #tree: MemoryTree;
  readonly #land: (bytes: Buffer, options: CommitOptions) => Stat;
  readonly #pieces: Buffer[] = [];
  #held = 0;
  #isOver = false;

  constructor(tree: MemoryTree, land: (bytes: Buffer, options: CommitOptions) => Stat) {
    this.#tree = tree;
    this.#land = land;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) throw new Error("a draft is written after its end");
    this.#tree.hold(bytes.length);
    this.#held += bytes.length;
    this.#pieces.push(Buffer.from(bytes));
  }

  async commit(options: CommitOptions): Promise<Stat> {
    if (this.#isOver) throw new Error("a draft is committed after its end");
    try {
      const stat = this.#land(Buffer.concat(this.#pieces), options);
      this.#held = 0; // the file's now
      return stat;
    } finally {
      await this.abort();
    }
  }

  async abort(): Promise<void> {
    this.#isOver = true;
    this.#pieces.length = 0;
    this.#tree.hold(-this.#held);
    this.#held = 0;
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
