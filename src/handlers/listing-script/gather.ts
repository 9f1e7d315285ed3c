// What was dropped, pasted or chosen, as a flat list: files and folders with their paths below the
// place where they are to go.
// Sent to browsers as they stand here (script.ts): each may call only what is sent with it.

import type { DroppedEntry, PageFile, Transfer } from "./browser.ts";

export interface Gathered {
  /** One name for each step; the last is its own. */
  readonly path: readonly string[];
  /** undefined: a folder. */
  readonly file: PageFile | undefined;
}

/** Folders with all that they hold. Entries are asked for at once: later they are gone. */
export async function gatheredFrom(transfer: Transfer): Promise<readonly Gathered[]> {
  const entries = Array.from(transfer.items ?? [], (item) => item.webkitGetAsEntry?.() ?? null);
  const isPlain = entries.every((entry) => entry === null);
  // A picture that was copied out of a page is a file, and no entry.
  if (isPlain) return chosen(transfer.files);
  const gathered: Gathered[] = [];
  for (const entry of entries) {
    if (entry !== null) gathered.push(...(await entriesBelow(entry, [])));
  }
  return gathered;
}

/** What a file input holds; of a folder, each file knows its path. */
export function chosen(files: ArrayLike<PageFile>): readonly Gathered[] {
  return Array.from(files, (file) => {
    const path = file.webkitRelativePath || file.name;
    return { path: path.split("/"), file };
  });
}

/** Itself first. What cannot be read is left out, as it is gone. */
export async function entriesBelow(
  entry: DroppedEntry,
  above: readonly string[],
): Promise<readonly Gathered[]> {
  const path = [...above, entry.name];
  if (entry.isFile) {
    const file = await new Promise<PageFile | undefined>((resolve) => {
      entry.file(resolve, () => resolve(undefined));
    });
    return file === undefined ? [] : [{ path, file }];
  }
  const gathered: Gathered[] = [{ path, file: undefined }];
  const reader = entry.createReader();
  for (;;) {
    // Browsers give a hundred at a time.
    const some = await new Promise<readonly DroppedEntry[]>((resolve) => {
      reader.readEntries(resolve, () => resolve([]));
    });
    if (some.length === 0) return gathered;
    for (const one of some) gathered.push(...(await entriesBelow(one, path)));
  }
}
