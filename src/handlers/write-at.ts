// Bytes written in the middle of a file. No file system can do that by itself, since all changes
// are seen whole or not at all: the file is made anew with the bytes in it. So it costs as much as
// the file is long, and has a bound.

import type { FileDraft, OpenFile, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { type Place, writerOf } from "../vfs/tree.ts";

export interface Patch {
  readonly data: Uint8Array;
  readonly position: number;
  /** Files that are longer are only added to. */
  readonly bytesMax: number;
}

/**
 * At the end nothing is copied, so whoever writes a file from its start to its end pays nothing.
 * @throws FsError "unsupported" behind the end, or in a file that is too long; "changed" when
 *   somebody else has changed it meanwhile
 */
export async function writeAt(place: Place, patch: Patch): Promise<Stat> {
  const { fileSystem, path } = place;
  const { data, position, bytesMax } = patch;
  const file = await fileSystem.open(path);
  try {
    const { size, version } = file.stat;
    if (position === size) return await writerOf(place).append(path, data);
    // A hole of the client's choice would fill the disk with nothing.
    if (position > size) throw new FsError("unsupported", `${path} ends before ${position}`);
    if (Math.max(size, position + data.length) > bytesMax) {
      throw new FsError("unsupported", `${path} is too long to be changed in the middle`);
    }
    const draft = await writerOf(place).write(path);
    try {
      await copyRange(file, draft, { from: 0, to: position });
      await draft.write(data);
      await copyRange(file, draft, { from: position + data.length, to: size });
      const expected = version === undefined ? "something" : { version };
      return await draft.commit({ expected, modifiedMs: undefined });
    } finally {
      await draft.abort();
    }
  } finally {
    await file.close();
  }
}

const PIECE_BYTES = 256 * 1024;

async function copyRange(
  file: OpenFile,
  draft: FileDraft,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  if (from >= to) return;
  const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, to - from));
  for (let at = from; at < to; ) {
    const count = await file.readAt(buffer.subarray(0, Math.min(buffer.length, to - at)), at);
    if (count === 0) throw new FsError("changed", "the file became shorter while it was copied");
    await draft.write(buffer.subarray(0, count));
    at += count;
  }
}
