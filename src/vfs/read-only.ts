// A file system that can be read and nothing else, whatever the one behind it could do.

import type { FileSystem } from "./file-system.ts";

export function readOnly(behind: FileSystem): FileSystem {
  const reading: FileSystem = {
    stat: (path) => behind.stat(path),
    list: (path) => behind.list(path),
    open: (path) => behind.open(path),
  };
  if (behind.holds === undefined) return reading;
  return {
    ...reading,
    holds: (path, seen) => behind.holds?.(path, seen) ?? false,
    glance: (path) => behind.glance?.(path),
    glanceAtNames: (directory) => behind.glanceAtNames?.(directory),
  };
}
