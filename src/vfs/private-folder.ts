// A folder of the server's own inside of one that it serves: under a name that nobody can ask for
// there, for what is kept of files beside their content. On the same disk, so that it is moved, copied
// and backed up with them. It is made when something is first written.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { diskFileSystem } from "./disk.ts";
import { fsErrorOf } from "./disk-error.ts";
import type { FileSystem, FileSystemWriter } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { parentOf, ROOT, type VfsPath } from "./path.ts";

/** @param name begins with ".ferrox-" */
export function privateFolder(
  root: string,
  name: `.ferrox-${string}`,
): FileSystem & { readonly writer: FileSystemWriter } {
  const diskPath = join(root, name);
  const inner = diskFileSystem({
    root: diskPath,
    symlinks: "never",
    dotfiles: true,
    writable: true,
  });
  const { writer } = inner;
  if (writer === undefined) throw new Error("a writable folder has no writer");
  const ready = async (path: VfsPath) => {
    if (parentOf(path) === ROOT) await makeFolder(diskPath);
    return writer;
  };
  return {
    stat: (path) => inner.stat(path),
    list: (path) => inner.list(path),
    open: (path) => inner.open(path),
    writer: {
      write: async (path) => (await ready(path)).write(path),
      append: (path, bytes) => writer.append(path, bytes),
      makeDirectory: async (path) => {
        await ready(path);
        // Whoever makes all directories on the way begins with the root.
        if (path !== ROOT) await writer.makeDirectory(path);
      },
      remove: (path, expected) => writer.remove(path, expected),
      move: async (from, to, expected) => (await ready(to)).move(from, to, expected),
      setModified: (path, modifiedMs) => writer.setModified(path, modifiedMs),
    },
  };
}

/** With nobody else's eyes on it; the root above it must be there. */
async function makeFolder(diskPath: string): Promise<void> {
  try {
    await mkdir(diskPath, { mode: 0o700 });
  } catch (error) {
    const failure = fsErrorOf(error, ROOT);
    if (!(failure instanceof FsError) || failure.code !== "exists") throw failure;
  }
}
