// Changes of an overlay: all go to its upper layer. What is changed but lies below is copied up
// first, what is removed but lies below is covered by a whiteout.

import { Turns } from "../base/turns.ts";
import { assertExpected, assertMakesWay } from "./expected.ts";
import type {
  CommitOptions,
  Expected,
  FileDraft,
  FileSystem,
  FileSystemWriter,
  Stat,
} from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { hasMark, opaqueMarkOf, whiteoutOf } from "./overlay-marks.ts";
import { isBelow, parentOf, ROOT, type VfsPath } from "./path.ts";
import { copyFile, makeDirectories, statIfThere, walk, writerOf } from "./tree.ts";

/** What a writer may know of the layers it writes to. */
export interface Overlaid extends FileSystem {
  readonly upper: FileSystem;
  /** Whether something below the upper layer would show under this name. */
  showsFromBelow(path: VfsPath): Promise<boolean>;
}

export class OverlayWriter implements FileSystemWriter {
  readonly #layers: Overlaid;
  /** Looking and acting are several steps here, and nobody may come in between. */
  readonly #turns = new Turns();

  constructor(layers: Overlaid) {
    this.#layers = layers;
  }

  async write(path: VfsPath): Promise<FileDraft> {
    const draft = await this.#turns.take(async () => {
      await this.#readyParent(path);
      if ((await this.#stat(path))?.kind === "directory") throw isADirectory(path);
      return this.#upper.write(path);
    });
    return {
      write: (bytes) => draft.write(bytes),
      abort: () => draft.abort(),
      commit: (options) => this.#turns.take(() => this.#commit(path, draft, options)),
    };
  }

  append(path: VfsPath, bytes: Uint8Array): Promise<Stat> {
    return this.#turns.take(async () => {
      await this.#copyUp(path);
      return this.#upper.append(path, bytes);
    });
  }

  makeDirectory(path: VfsPath): Promise<void> {
    return this.#turns.take(async () => {
      await this.#readyParent(path);
      if ((await this.#stat(path)) !== undefined) throw exists(path);
      await this.#upper.makeDirectory(path);
      if ((await this.#statAbove(whiteoutOf(path))) === undefined) return;
      // In this order: at no moment does the removed directory below show through.
      await this.#mark(opaqueMarkOf(path));
      await this.#upper.remove(whiteoutOf(path));
    });
  }

  remove(path: VfsPath, expected: Expected = "something"): Promise<void> {
    return this.#turns.take(async () => {
      if (path === ROOT) throw new FsError("denied", "the root stays where it is");
      const stat = await this.#layers.stat(path);
      assertExpected(expected, stat, path);
      if (stat.kind === "directory") await this.#assertEmpty(path);
      // The whiteout first: a crash in between must not let the old one show through.
      if (await this.#layers.showsFromBelow(path)) await this.#whiteOut(path);
      await this.#removeAbove(path);
    });
  }

  move(from: VfsPath, to: VfsPath, expected: Expected): Promise<void> {
    return this.#turns.take(async () => {
      const stat = await this.#layers.stat(from);
      if (from === to) return;
      if (from === ROOT || to === ROOT) throw new FsError("denied", "the root stays where it is");
      if (isBelow(from, to)) throw new FsError("denied", `${from} cannot be moved into itself`);
      await this.#readyParent(to);
      assertMakesWay(await this.#stat(to), stat, { to, expected });
      const isBelowToo = await this.#layers.showsFromBelow(from);
      // Part of it lies in a layer that is never changed: whoever wants it copies (tree.ts).
      if (stat.kind === "directory" && (isBelowToo || (await this.#layers.showsFromBelow(to)))) {
        throw new FsError("unsupported", `${from} lies in several layers`);
      }
      await this.#copyUp(from);
      if (isBelowToo) await this.#whiteOut(from);
      await this.#upper.move(from, to, "anything");
      await this.#uncover(to);
    });
  }

  setModified(path: VfsPath, modifiedMs: number): Promise<void> {
    return this.#turns.take(async () => {
      await this.#copyUp(path);
      await this.#upper.setModified(path, modifiedMs);
    });
  }

  get #upper(): FileSystemWriter {
    return writerOf({ fileSystem: this.#layers.upper, path: ROOT });
  }

  async #commit(path: VfsPath, draft: FileDraft, options: CommitOptions): Promise<Stat> {
    const there = await this.#stat(path);
    assertExpected(options.expected, there, path);
    if (there?.kind === "directory") throw isADirectory(path);
    const stat = await draft.commit({ ...options, expected: "anything" });
    await this.#uncover(path);
    return stat;
  }

  #stat(path: VfsPath): Promise<Stat | undefined> {
    return statIfThere({ fileSystem: this.#layers, path });
  }

  #statAbove(path: VfsPath): Promise<Stat | undefined> {
    return statIfThere({ fileSystem: this.#layers.upper, path });
  }

  /** The directory that is to hold it is there, in the upper layer too. */
  async #readyParent(path: VfsPath): Promise<void> {
    if (path === ROOT) throw new FsError("denied", "the root stays where it is");
    if (hasMark(path)) throw new FsError("denied", `no file may be called ${path}`);
    const parent = parentOf(path);
    const stat = await this.#layers.stat(parent);
    if (stat.kind !== "directory") {
      throw new FsError("not-a-directory", `${parent} is not a directory`);
    }
    await makeDirectories({ fileSystem: this.#layers.upper, path: parent });
  }

  async #copyUp(path: VfsPath): Promise<void> {
    const stat = await this.#layers.stat(path);
    await this.#readyParent(path);
    if ((await this.#statAbove(path)) !== undefined) return;
    const above = { fileSystem: this.#layers.upper, path };
    if (stat.kind === "directory") return makeDirectories(above);
    await copyFile({ fileSystem: this.#layers, path }, above, { expected: "nothing" });
  }

  async #assertEmpty(path: VfsPath): Promise<void> {
    for await (const { name } of this.#layers.list(path)) {
      throw new FsError("not-empty", `${path} holds ${name}`);
    }
  }

  /** What the upper layer has of it: of an empty directory, its marks too. */
  async #removeAbove(path: VfsPath): Promise<void> {
    const stat = await this.#statAbove(path);
    if (stat === undefined) return;
    if (stat.kind === "directory") {
      for await (const found of walk({ fileSystem: this.#layers.upper, path })) {
        if (found.kind === "error") throw found.error;
        await this.#upper.remove(found.path);
      }
    }
    await this.#upper.remove(path);
  }

  async #whiteOut(path: VfsPath): Promise<void> {
    await makeDirectories({ fileSystem: this.#layers.upper, path: parentOf(path) });
    await this.#mark(whiteoutOf(path));
  }

  async #mark(path: VfsPath): Promise<void> {
    const draft = await this.#upper.write(path);
    await draft.commit({ expected: "anything", modifiedMs: undefined });
  }

  /** Something stands here again: what covered the name goes. */
  async #uncover(path: VfsPath): Promise<void> {
    if ((await this.#statAbove(whiteoutOf(path))) !== undefined) {
      await this.#upper.remove(whiteoutOf(path));
    }
  }
}

function exists(path: VfsPath): FsError {
  return new FsError("exists", `${path} exists already`);
}

function isADirectory(path: VfsPath): FsError {
  return new FsError("is-a-directory", `${path} is a directory`);
}
