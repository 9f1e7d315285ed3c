// What files and directories in memory are. Files are values: a change puts another one in place.

import { createHash } from "node:crypto";
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

/** @param bytes kept as they are: nobody may change them any more */
export function fileOf(bytes: Buffer, modifiedMs: number | undefined): MemoryFile {
  const version = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { stat: { kind: "file", size: bytes.length, modifiedMs, version }, bytes };
}

export function emptyDirectory(modifiedMs?: number): MemoryDirectory {
  const stat: Stat = { kind: "directory", size: 0, modifiedMs, version: undefined };
  return { stat, children: new Map() };
}
