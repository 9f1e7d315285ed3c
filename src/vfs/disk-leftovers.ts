// Drafts that nobody will end any more, because their process died: without a sweep they would fill
// the disk unseen, and keep directories that look empty from being removed.

import { lstat, opendir, unlink } from "node:fs";
import { promisify } from "node:util";
import { codeOf } from "../base/system-error.ts";
import type { Folder } from "./disk-folder.ts";
import { onDisk } from "./disk-path.ts";

const openNames = promisify(opendir);
const lstatOf = promisify(lstat);
const removeFile = promisify(unlink);

/** What drafts are called: `.ferrox-`, 24 hexadecimal digits, `.draft`. */
const DRAFT_NAME = /^\.ferrox-[0-9a-f]{24}\.draft$/;

/** No upload that is still alive has written nothing for so long. */
const STALE_MS = 24 * 60 * 60 * 1000;

/**
 * Removes drafts that were not written for a day.
 * @param nowMs by the clock of the disk, which may be another machine's
 */
export async function removeStaleDrafts(folder: Folder, nowMs: number): Promise<void> {
  try {
    for await (const { name } of await openNames(onDisk(folder.path))) {
      if (!DRAFT_NAME.test(name)) continue;
      const place = onDisk(`${folder.path}/${name}`);
      // The time of the last change of any kind: that of writing, an upload may set itself.
      const { ctimeMs } = await lstatOf(place);
      if (nowMs - ctimeMs > STALE_MS) await removeFile(place);
    }
  } catch (error) {
    // A folder that may not be read, a draft that was ended meanwhile: another day.
    if (codeOf(error) === undefined) throw error;
  }
}

/**
 * Removes what nobody sees from a directory that is to be removed itself. Whoever still writes one
 * of these drafts learns at its end that the directory is gone.
 * @returns whether nothing else was in it
 */
export async function removeAllDrafts(folder: Folder): Promise<boolean> {
  const drafts: string[] = [];
  for await (const { name } of await openNames(onDisk(folder.path))) {
    if (!DRAFT_NAME.test(name)) return false;
    drafts.push(name);
  }
  for (const name of drafts) await removeFile(onDisk(`${folder.path}/${name}`));
  return true;
}
