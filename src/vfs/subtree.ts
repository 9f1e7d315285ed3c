// A directory of another file system as a file system of its own. A VfsPath has no "..", so nobody
// inside can name what lies outside; a link that leads there is the other's business.

import type { FileSystem, FileSystemWriter } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { joined, ROOT, type VfsPath } from "./path.ts";

/** @param root need not be there yet: all is "not-found" as long as it is not */
export function subtree(behind: FileSystem, root: VfsPath): FileSystem {
  const within = (path: VfsPath) => joined(root, path);
  const { writer } = behind;
  const reading: FileSystem = {
    stat: (path) => behind.stat(within(path)),
    list: (path) => behind.list(within(path)),
    open: (path) => behind.open(within(path)),
    ...(behind.holds === undefined
      ? {}
      : { holds: (path, seen) => behind.holds?.(within(path), seen) ?? false }),
  };
  return writer === undefined ? reading : { ...reading, writer: writerWithin(writer, within) };
}

function writerWithin(
  writer: FileSystemWriter,
  within: (path: VfsPath) => VfsPath,
): FileSystemWriter {
  // Our root is an ordinary directory to the one behind: it would let it be removed.
  const notRoot = async (path: VfsPath) => {
    if (path === ROOT) throw new FsError("denied", "the root stays where it is");
    return within(path);
  };
  return {
    write: (path) => writer.write(within(path)),
    append: (path, bytes) => writer.append(within(path), bytes),
    makeDirectory: (path) => writer.makeDirectory(within(path)),
    remove: async (path, expected) => writer.remove(await notRoot(path), expected),
    move: async (from, to, expected) =>
      writer.move(await notRoot(from), await notRoot(to), expected),
    setModified: (path, modifiedMs) => writer.setModified(within(path), modifiedMs),
  };
}
