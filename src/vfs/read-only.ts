// A file system that can be read and nothing else, whatever the one behind it could do.

import type { FileSystem } from "./file-system.ts";

export function readOnly(behind: FileSystem): FileSystem {
  return {
    stat: (path) => behind.stat(path),
    list: (path) => behind.list(path),
    open: (path) => behind.open(path),
  };
}
