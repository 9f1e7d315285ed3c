// Files of this machine that are to be sent somewhere: one, or a folder with all that it holds.
// Links in a folder are not followed: they may lead in circles, or to what was not meant.

import { promises, type Stats } from "node:fs";
import { basename, join } from "node:path";
import type { ByteSource } from "../base/byte-source.ts";
import { codeOf } from "../base/system-error.ts";
import { FsError } from "../vfs/fs-error.ts";

export type LocalKind = "file" | "folder" | "other";

/** A link that is named itself is followed. @throws FsError */
export async function localKindOf(path: string): Promise<LocalKind> {
  return kindOf(await translated(path, () => promises.stat(path)));
}

function kindOf(stats: Pick<Stats, "isFile" | "isDirectory">): LocalKind {
  return stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other";
}

export interface LocalFile extends ByteSource {
  readonly size: number;
}

/** Whoever opens it closes it. @throws FsError */
export async function openLocal(path: string): Promise<LocalFile> {
  const handle = await translated(path, () => promises.open(path));
  const { size } = await handle.stat();
  return {
    size,
    readAt: (target, position) =>
      translated(path, async () => {
        const { bytesRead } = await handle.read(target, 0, target.length, position);
        return bytesRead;
      }),
    close: () => handle.close(),
  };
}

export interface LocalEntry {
  readonly kind: LocalKind;
  readonly path: string;
  /** From the folder's own on. */
  readonly names: readonly string[];
}

/** A folder before what it holds, itself first. @throws FsError for a folder that cannot be read */
export async function* walkLocal(
  folder: string,
  names: readonly string[],
): AsyncGenerator<LocalEntry, void, void> {
  yield { kind: "folder", path: folder, names };
  const entries = await translated(folder, () => promises.readdir(folder, { withFileTypes: true }));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const inside = [...names, entry.name];
    if (entry.isDirectory()) yield* walkLocal(path, inside);
    else yield { kind: kindOf(entry), path, names: inside };
  }
}

/** "docs" of "docs/", of "." the name it really has. */
export async function localNameOf(path: string): Promise<string> {
  const name = basename(path);
  if (name !== "" && name !== "." && name !== "..") return name;
  return basename(await translated(path, () => promises.realpath(path)));
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "is not on this machine",
  ENOTDIR: "is not on this machine",
  EACCES: "may not be read by this user",
  EPERM: "may not be read by this user",
  EISDIR: "is a folder",
};

async function translated<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const what = WORDS[code] ?? `cannot be read (${code})`;
    throw new FsError(code === "ENOENT" ? "not-found" : "denied", `${path} ${what}`);
  }
}
