// What files and directories in memory are. Files are values: a change puts another one in place.

import { createHash, type Hash } from "node:crypto";
import type { Stat } from "./file-system.ts";

export interface MemoryFile {
  readonly stat: Stat;
  readonly bytes: Buffer;
}

export interface MemoryDirectory {
  readonly stat: Stat;
  readonly children: Map<string, MemoryNode>;
}

export type MemoryNode = MemoryFile | MemoryDirectory;

/** Of the content, told piece by piece: a large one at once would hold up everybody else. */
export function contentHash(): Hash {
  return createHash("sha256");
}

/**
 * @param bytes kept as they are: nobody may change them any more
 * @param hash of these bytes
 */
export function fileOf(
  bytes: Buffer,
  modifiedMs: number | undefined,
  hash: Hash = contentHash().update(bytes),
): MemoryFile {
  const version = hash.digest("base64url").slice(0, 22);
  return { stat: { kind: "file", size: bytes.length, modifiedMs, version }, bytes };
}

export function emptyDirectory(modifiedMs?: number): MemoryDirectory {
  const stat: Stat = { kind: "directory", size: 0, modifiedMs, version: undefined };
  return { stat, children: new Map() };
}
