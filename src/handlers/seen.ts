// What was seen of a file system on the way to a file: every name that was asked about, and what
// stood there. While all of it still holds, the same way leads to the same file, and where a file
// system can tell that without waiting, a remembered answer is good again in 0.01 ms; walking the
// way once more takes fifteen times as long, on each of a thousand files each second.

import type { FileSystem, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import type { VfsPath } from "../vfs/path.ts";

interface Look {
  readonly path: VfsPath;
  /** undefined: nothing was there. */
  readonly stat: Stat | undefined;
}

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

  /** False where it cannot be told. */
  stillHolds(): boolean {
    const inner = this.#inner;
    if (this.#isUnsure || inner.holds === undefined) return false;
    for (const { path, stat } of this.#looks) {
      if (!inner.holds(path, stat)) return false;
    }
    return true;
  }

  async #stat(path: VfsPath): Promise<Stat> {
    try {
      const stat = await this.#inner.stat(path);
      this.#looks.push({ path, stat });
      return stat;
    } catch (error) {
      const isMissing =
        error instanceof FsError &&
        (error.code === "not-found" || error.code === "not-a-directory");
      if (isMissing) this.#looks.push({ path, stat: undefined });
      else this.#isUnsure = true;
      throw error;
    }
  }
}
