// Whole trees of files, within one file system or from one to another: what every file system can
// do once it can do the single steps. None of this is atomic as a whole; each step is.

import type { Entry, Expected, FileSystem, FileSystemWriter, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { childOf, isBelow, parentOf, ROOT, type VfsPath } from "./path.ts";

/** A file or directory in some file system. */
export interface Place {
  readonly fileSystem: FileSystem;
  readonly path: VfsPath;
}

export type Walked =
  | {
      readonly kind: "entry";
      readonly path: VfsPath;
      readonly stat: Stat;
      /** As of an Entry. */
      readonly isLink?: true;
    }
  /** A directory that could not be listed; the walk goes on beside it. */
  | { readonly kind: "error"; readonly path: VfsPath; readonly error: FsError };

/**
 * All that lies below a directory, without itself: a directory before what it holds. What is added
 * or removed meanwhile may or may not be seen. Links are not followed: two that lead back up would
 * make a tree without end. Never throws but for our own bugs.
 * @param mayEnter false: the directory is seen, what it holds is not
 */
export async function* walk(
  { fileSystem, path }: Place,
  mayEnter: (directory: VfsPath) => boolean = () => true,
): AsyncGenerator<Walked, void, void> {
  // A stack of directories instead of recursion: depth is a stranger's choice.
  const waiting = [path];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    const below: VfsPath[] = [];
    try {
      for await (const { name, ...entry } of fileSystem.list(directory)) {
        const child = childOf(directory, name);
        if (goesDown(entry) && mayEnter(child)) below.push(child);
        yield { kind: "entry", path: child, ...entry };
      }
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      yield { kind: "error", path: directory, error };
    }
    waiting.push(...below.reverse());
  }
}

function goesDown({ stat, isLink }: Pick<Entry, "stat" | "isLink">): boolean {
  return stat.kind === "directory" && isLink !== true;
}

/** @throws FsError "read-only" when it cannot be changed at all */
export function writerOf({ fileSystem, path }: Place): FileSystemWriter {
  if (fileSystem.writer === undefined) throw new FsError("read-only", `${path} may not be changed`);
  return fileSystem.writer;
}

/** undefined: nothing is there, or nothing that may be seen. */
export async function statIfThere({ fileSystem, path }: Place): Promise<Stat | undefined> {
  try {
    return await fileSystem.stat(path);
  } catch (error) {
    if (error instanceof FsError && error.code === "not-found") return undefined;
    throw error;
  }
}

/** With those above it; nothing happens when it is there. @throws FsError "not-a-directory" */
export async function makeDirectories(place: Place): Promise<void> {
  const { fileSystem, path } = place;
  const stat = await statIfThere(place);
  if (stat?.kind === "directory") return;
  if (stat !== undefined) throw new FsError("not-a-directory", `${path} is not a directory`);
  if (path !== ROOT) await makeDirectories({ fileSystem, path: parentOf(path) });
  try {
    await writerOf(place).makeDirectory(path);
  } catch (error) {
    // Somebody else has made it in the meantime.
    if (!(error instanceof FsError) || error.code !== "exists") throw error;
  }
}

/**
 * A file, or a directory with all that it holds; of the root only that. Nothing happens when it is
 * not there. A link goes, and what it leads to stays: only what cannot be removed as it is, because
 * something is in it, is looked into.
 * @throws FsError "not-empty" when something in it cannot be seen, or comes while it goes
 */
export async function removeTree(place: Place): Promise<void> {
  const { fileSystem, path } = place;
  const stat = await statIfThere(place);
  // A link that leads nowhere is there all the same; the root is always entered.
  if (stat === undefined && path === ROOT) return;
  const writer = writerOf(place);
  const waiting = [path];
  const entered = new Set<VfsPath>();
  for (let at = waiting.at(-1); at !== undefined; at = waiting.at(-1)) {
    if (entered.has(at) || !(await isFull(writer, at))) {
      waiting.pop();
      if (entered.has(at) && at !== ROOT) await unlessGone(writer.remove(at));
      continue;
    }
    entered.add(at);
    for await (const { name } of fileSystem.list(at)) waiting.push(childOf(at, name));
  }
}

/** Removes what is not a directory with something in it. */
async function isFull(writer: FileSystemWriter, path: VfsPath): Promise<boolean> {
  if (path === ROOT) return true;
  try {
    await unlessGone(writer.remove(path));
    return false;
  } catch (error) {
    if (error instanceof FsError && error.code === "not-empty") return true;
    throw error;
  }
}

async function unlessGone(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "not-found") throw error;
  }
}

export interface CopyOptions {
  readonly expected: Expected;
  /** Told after each piece, for those who show progress. */
  readonly onBytes?: (count: number) => void;
}

const PIECE_BYTES = 256 * 1024;

/** Content and time of a file; in constant memory. @returns the copy */
export async function copyFile(from: Place, to: Place, options: CopyOptions): Promise<Stat> {
  const source = await from.fileSystem.open(from.path);
  try {
    const draft = await writerOf(to).write(to.path);
    try {
      const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(PIECE_BYTES, source.stat.size)));
      for (let position = 0; ; ) {
        const length = await source.readAt(buffer, position);
        if (length === 0) break;
        await draft.write(buffer.subarray(0, length));
        position += length;
        options.onBytes?.(length);
      }
      return await draft.commit({
        expected: options.expected,
        modifiedMs: source.stat.modifiedMs,
      });
    } finally {
      await draft.abort();
    }
  } finally {
    await source.close();
  }
}

/**
 * A file, or a directory with all that it holds, to a place where nothing is. Counts what was
 * copied, directories too. What could not be copied, links to directories among it, is left out, and
 * told to `onError`; without one it ends the copy.
 * @throws FsError "exists"; "denied" into itself
 */
export async function copyTree(
  from: Place,
  to: Place,
  onError?: (path: VfsPath, error: FsError) => void,
): Promise<number> {
  const stat = await from.fileSystem.stat(from.path);
  refuseIntoItself(from, to);
  if ((await statIfThere(to)) !== undefined)
    throw new FsError("exists", `${to.path} exists already`);
  if (stat.kind === "file") {
    await copyFile(from, to, { expected: "nothing" });
    return 1;
  }
  await writerOf(to).makeDirectory(to.path);
  let count = 1;
  for await (const found of walk(from)) {
    try {
      if (found.kind === "error") throw found.error;
      const path = under(to.path, from.path, found.path);
      const target = { fileSystem: to.fileSystem, path };
      if (goesDown(found)) await writerOf(to).makeDirectory(path);
      else if (found.stat.kind === "directory") throw linkIsNotCopied(found.path);
      else {
        const source = { fileSystem: from.fileSystem, path: found.path };
        await copyFile(source, target, { expected: "nothing" });
      }
      count++;
    } catch (error) {
      if (!(error instanceof FsError) || onError === undefined) throw error;
      onError(found.path, error);
    }
  }
  return count;
}

function linkIsNotCopied(path: VfsPath): FsError {
  return new FsError("unsupported", `${path} is a link to a directory`);
}

/** Where `path`, which lies below `from`, goes when `from` becomes `to`. */
function under(to: VfsPath, from: VfsPath, path: VfsPath): VfsPath {
  const names = path.slice(from === ROOT ? 1 : from.length + 1).split("/");
  return names.reduce(childOf, to);
}

/**
 * Within one file system a rename where that works; else a copy, and the original is removed.
 * @throws FsError "exists"; "denied" into itself
 */
export async function moveTree(from: Place, to: Place): Promise<void> {
  refuseIntoItself(from, to);
  if (from.fileSystem === to.fileSystem) {
    if (from.path === to.path) return;
    // What is in the way is told here as everywhere: a rename would say that it has changed.
    if ((await statIfThere(to)) !== undefined) {
      throw new FsError("exists", `${to.path} exists already`);
    }
    try {
      await writerOf(from).move(from.path, to.path, "nothing");
      return;
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== "unsupported") throw error;
    }
  }
  await copyTree(from, to);
  await removeTree(from);
}

function refuseIntoItself(from: Place, to: Place): void {
  if (from.fileSystem !== to.fileSystem || !isBelow(from.path, to.path)) return;
  throw new FsError("denied", `${from.path} cannot go into itself`);
}
