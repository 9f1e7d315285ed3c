// "app.js.br", ".zst" and ".gz" beside "app.js": the same content, compressed beforehand.
// Only looks; which one to send is negotiated in static-files.ts.

import type { Coding } from "../http/negotiation.ts";
import type { FileSystem, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { childOf, nameOf, parentOf, type VfsPath } from "../vfs/path.ts";

export interface Sibling {
  readonly coding: Coding;
  readonly path: VfsPath;
  readonly stat: Stat;
}

/** Smallest first, as it usually turns out. */
const SUFFIXES: readonly (readonly [Coding, string])[] = [
  ["br", ".br"],
  ["zstd", ".zst"],
  ["gzip", ".gz"],
];

/**
 * A sibling this much older than its original was made from an earlier one, and somebody would
 * look for the change he has just saved. Not exact, because copying a folder may touch its files
 * in any order.
 */
const STALE_AFTER_MS = 2000;

/** @param original undefined when only siblings may be there */
export async function siblingsOf(
  fileSystem: FileSystem,
  path: VfsPath,
  original: Stat | undefined,
): Promise<readonly Sibling[]> {
  const parent = parentOf(path);
  const found = await Promise.all(
    SUFFIXES.map(async ([coding, suffix]): Promise<Sibling | undefined> => {
      const siblingPath = childOf(parent, nameOf(path) + suffix);
      const stat = await fileStat(fileSystem, siblingPath);
      if (stat === undefined || isStale(stat, original)) return undefined;
      return { coding, path: siblingPath, stat };
    }),
  );
  return found.filter((sibling) => sibling !== undefined);
}

/** A sibling is an offer: one that cannot be had for whatever reason is not there. */
export async function fileStat(fileSystem: FileSystem, path: VfsPath): Promise<Stat | undefined> {
  try {
    const stat = await fileSystem.stat(path);
    return stat.kind === "file" ? stat : undefined;
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

export function isStale(sibling: Stat, original: Stat | undefined): boolean {
  if (sibling.modifiedMs === undefined || original?.modifiedMs === undefined) return false;
  return sibling.modifiedMs + STALE_AFTER_MS < original.modifiedMs;
}
