// What was seen of a file system on the way to a file: every name that was asked about, and what
// stood there. While all of it still holds, the same way leads to the same file, and where a file
// system can tell that without waiting, a remembered answer is good again in 0.005 ms; walking the
// way once more takes thirty times as long, on each of ten thousand files each second.

import type { FileSystem, Glance, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { parentOf, type VfsPath } from "../vfs/path.ts";

interface Look {
  readonly path: VfsPath;
  /** undefined: nothing was there. */
  readonly stat: Stat | undefined;
  /** Whose names tell that still nothing is there. */
  readonly directory: VfsPath | undefined;
  /** How it looked when it was last found to hold. */
  glance: Glance | undefined;
}

/** "seemingly": content and names do; who may see them is another question. */
export type Holding = "surely" | "seemingly" | "no";

export class Seen {
  /** The same file system, watched. */
  readonly fileSystem: FileSystem;
  readonly #inner: FileSystem;
  readonly #looks: Look[] = [];
  /** Something refused to be looked at: that may be over at any moment. */
  #isUnsure = false;

  constructor(inner: FileSystem) {
    this.#inner = inner;
    this.fileSystem = {
      stat: (path) => this.#stat(path),
      list: (path) => inner.list(path),
      open: (path) => inner.open(path),
    };
  }

  /** "no" where it cannot be told. */
  holds(): Holding {
    const inner = this.#inner;
    if (this.#isUnsure || inner.holds === undefined) return "no";
    let isSure = true;
    let unchanged: VfsPath | undefined;
    for (const look of this.#looks) {
      const { path, stat, directory } = look;
      if (directory !== undefined && directory === unchanged) continue;
      // First the glance: what changes behind it is seen by the next one.
      const glance =
        directory === undefined ? inner.glance?.(path) : inner.glanceAtNames?.(directory);
      if (glance !== undefined && look.glance?.isSame(glance) === true) {
        unchanged = directory ?? unchanged;
        continue;
      }
      if (!inner.holds(path, stat)) return "no";
      look.glance = glance;
      isSure = false;
    }
    return isSure ? "surely" : "seemingly";
  }

  async #stat(path: VfsPath): Promise<Stat> {
    try {
      const stat = await this.#inner.stat(path);
      this.#looks.push({ path, stat, directory: undefined, glance: undefined });
      return stat;
    } catch (error) {
      const isMissing =
        error instanceof FsError &&
        (error.code === "not-found" || error.code === "not-a-directory");
      const directory = parentOf(path);
      if (isMissing) this.#looks.push({ path, stat: undefined, directory, glance: undefined });
      else this.#isUnsure = true;
      throw error;
    }
  }
}
