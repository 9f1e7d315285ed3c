// What goes into an archive: a file alone, or all that lies below a directory and may be seen.
//
// Names are relative and made of the names of entries, so that none begins with a slash or holds
// "..". Links are not known here: a FileSystem has followed or hidden them, as its policy says.
//
// A file is opened before it is named, so what cannot be read is left out and not half there; it is
// closed when the next one is asked for, or nobody asks any more. Never more of it is given than it
// had when it was opened. What went wrong is noted, and told when all is over.

import type { FileSystem, OpenFile, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { nameOf, relativeTo, type VfsPath } from "../vfs/path.ts";
import { walk } from "../vfs/tree.ts";

export type Member = MemberDirectory | MemberFile;

interface MemberDirectory {
  readonly kind: "directory";
  /** "a/b", without a slash at its end. */
  readonly name: string;
  readonly modifiedMs: number | undefined;
}

export interface MemberFile {
  readonly kind: "file";
  readonly name: string;
  readonly modifiedMs: number | undefined;
  readonly size: number;
  /** At most `size` bytes, each piece with memory of its own. Never throws but for our own bugs. */
  content(): AsyncGenerator<Buffer, void, void>;
}

/** What is not in the archive as it should be. */
export interface Losses {
  /** Left out, because they are not for this user. */
  withheld: number;
  /** Left out, because they cannot be read. */
  skipped: number;
  /** Shorter than promised: what is there of them is in. */
  torn: number;
  /** There were more entries than may be in one archive. */
  isCut: boolean;
  /** The first that went wrong, and why. */
  first: string | undefined;
}

export function noLosses(): Losses {
  return { withheld: 0, skipped: 0, torn: 0, isCut: false, first: undefined };
}

export interface MembersOptions {
  readonly fileSystem: FileSystem;
  /** What was asked for. */
  readonly path: VfsPath;
  readonly stat: Stat;
  readonly entriesMax: number;
  /** Of the one who asked; paths lie below `path`. */
  mayRead(path: VfsPath): boolean;
  mayList(path: VfsPath): boolean;
  /** Added to. */
  readonly losses: Losses;
}

export async function* membersOf(options: MembersOptions): AsyncGenerator<Member, void, void> {
  const { fileSystem, path, stat, entriesMax, losses } = options;
  if (stat.kind === "file") {
    yield* fileMember(path, nameOf(path), options);
    return;
  }
  let count = 0;
  for await (const found of walk({ fileSystem, path }, (below) => options.mayList(below))) {
    if (found.kind === "error") {
      lost(losses, "skipped", found.error.message);
      continue;
    }
    count++;
    if (count > entriesMax) {
      losses.isCut = true;
      return;
    }
    const name = relativeTo(path, found.path).slice(1);
    const { kind, modifiedMs } = found.stat;
    const isAllowed = kind === "file" ? options.mayRead(found.path) : options.mayList(found.path);
    if (!isAllowed) losses.withheld++;
    else if (Buffer.byteLength(name) > NAME_BYTES_MAX) lost(losses, "skipped", "a name too long");
    else if (kind === "directory") yield { kind, name, modifiedMs };
    else yield* fileMember(found.path, name, options);
  }
}

/** What a zip can hold, and a slash. */
const NAME_BYTES_MAX = 0xfffe;

/** None, when it cannot be opened. */
async function* fileMember(
  path: VfsPath,
  name: string,
  { fileSystem, losses }: MembersOptions,
): AsyncGenerator<Member, void, void> {
  let file: OpenFile;
  try {
    file = await fileSystem.open(path);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    lost(losses, "skipped", error.message);
    return;
  }
  try {
    const { size, modifiedMs } = file.stat;
    const content = () => contentOf(file, path, losses);
    yield { kind: "file", name, modifiedMs, size, content };
  } finally {
    await file.close();
  }
}

const PIECE_BYTES = 128 * 1024;

async function* contentOf(
  file: OpenFile,
  path: VfsPath,
  losses: Losses,
): AsyncGenerator<Buffer, void, void> {
  const { size } = file.stat;
  try {
    for (let position = 0; position < size; ) {
      // Of its own: whoever packs it may still hold it when the next piece is read.
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, size - position));
      const length = await file.readAt(piece, position);
      if (length === 0) {
        lost(losses, "torn", `${path} became shorter while it was read`);
        return;
      }
      position += length;
      yield piece.subarray(0, length);
    }
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    lost(losses, "torn", error.message);
  }
}

function lost(losses: Losses, how: "skipped" | "torn", why: string): void {
  losses[how]++;
  losses.first ??= why;
}
