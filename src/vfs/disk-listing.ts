// What a folder on disk holds. Names are read as bytes, a few at a time, so that a folder of a
// million names costs no more memory than one of ten.
//
// `folder` is a path that leads to the folder that was checked (by descriptor, on Linux), and
// each name is looked at without following it: so what is not a symlink is certainly inside.
// Where a symlink leads is for statLink() to judge, which is the door every other path takes.

import { lstat, opendir } from "node:fs";
import { promisify } from "node:util";
import { textOfBytes } from "../base/surrogate-escape.ts";
import { fsErrorOf, openFsErrorOf } from "./disk-error.ts";
import { onDisk } from "./disk-path.ts";
import { statOf } from "./disk-stat.ts";
import type { Entry, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { childOf, type VfsPath } from "./path.ts";

/** Names whose Stat is asked for at once; libuv has four threads for all of us. */
const BATCH = 32;
const lstatOf = promisify(lstat);

export interface Listing {
  readonly path: VfsPath;
  readonly folder: string;
  /** False for names that are to be left out, whatever they are. */
  isShown(path: VfsPath): boolean;
  statLink(path: VfsPath): Promise<Stat>;
}

export async function* entriesOf(listing: Listing): AsyncGenerator<Entry, void, void> {
  const names = await openNames(listing);
  try {
    for (;;) {
      const batch = await nextNames(names, listing.path);
      const entries = await Promise.all(batch.map((name) => entryOf(name, listing)));
      for (const entry of entries) if (entry !== undefined) yield entry;
      if (batch.length < BATCH) return;
    }
  } finally {
    await names.close();
  }
}

/** fs.Dir with `encoding: "buffer"`. */
interface Names {
  read(): Promise<{ readonly name: Uint8Array } | null>;
  close(): Promise<void>;
}

function openNames({ folder, path }: Listing): Promise<Names> {
  return new Promise((resolve, reject) => {
    const opened = (error: Error | null, names: Names) => {
      if (error) reject(fsErrorOf(error, path));
      else resolve(names);
    };
    // Node can give names as bytes (and must: others may be no text), but @types/node has
    // forgotten so; Reflect.apply does not ask it.
    Reflect.apply(opendir, undefined, [
      onDisk(folder),
      { encoding: "buffer", bufferSize: BATCH },
      opened,
    ]);
  });
}

/** Fewer than a batch: that was all. */
async function nextNames(names: Names, path: VfsPath): Promise<string[]> {
  const batch: string[] = [];
  try {
    while (batch.length < BATCH) {
      const entry = await names.read();
      if (entry === null) break;
      batch.push(textOfBytes(entry.name));
    }
  } catch (error) {
    throw openFsErrorOf(error, path);
  }
  return batch;
}

/** undefined: gone meanwhile, not to be shown, or neither file nor directory. */
async function entryOf(name: string, listing: Listing): Promise<Entry | undefined> {
  const path = childOf(listing.path, name);
  if (!listing.isShown(path)) return undefined;
  try {
    const stats = await lstatOf(onDisk(`${listing.folder}/${name}`), { bigint: true });
    if (stats.isSymbolicLink()) return { name, stat: await listing.statLink(path), isLink: true };
    const stat = statOf(stats);
    return stat && { name, stat };
  } catch (error) {
    // One bad name must not hide the others. Our own bugs are no FsError, and do come out.
    const failure = fsErrorOf(error, path);
    if (failure instanceof FsError) return undefined;
    throw failure;
  }
}
