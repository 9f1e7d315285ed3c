// `ferrox cat`: files as they are, to standard output, no faster than somebody reads them.

import { systemClock } from "../base/clock.ts";
import type { VfsPath } from "../vfs/path.ts";
import { showProgress } from "./progress.ts";
import { eachOf, type RemoteWork } from "./remote-work.ts";

const PIECE_BYTES = 256 * 1024;

export async function runCat(work: RemoteWork): Promise<void> {
  let isRead = true;
  await eachOf(work, work.place.paths, async ({ path }) => {
    if (isRead) isRead = await print(work, path);
  });
}

/** false: nobody reads any more, which is nobody's fault (`… | head`). */
async function print({ fileSystem, io, pipes }: RemoteWork, path: VfsPath): Promise<boolean> {
  const file = await fileSystem.open(path);
  // A terminal that shows the file cannot show how far it is.
  const isShown = pipes.errorsAreSeen && !io.isTerminal;
  const progress = showProgress({
    name: path,
    total: file.stat.size,
    clock: systemClock,
    columns: pipes.errorColumns,
    draw: isShown ? (text) => io.err(text) : undefined,
  });
  try {
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    for (let position = 0; ; ) {
      const length = await file.readAt(buffer, position);
      if (length === 0) return true;
      if (!(await pipes.write(buffer.subarray(0, length)))) return false;
      position += length;
      progress.add(length);
    }
  } finally {
    progress.end();
    await file.close();
  }
}
