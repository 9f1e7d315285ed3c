// What kind of content a file has, for RFSAPI: by its name; and where the name promises nothing, by
// its first line: text is what is UTF-8 and has no NUL in it. What the operator says of extensions
// does not count here, as in the original: the API shows the files, not the site.
//
// Looking into files costs, and a listing may have ten thousand of them: what was seen is
// remembered for as long as the file's version is the same.

import { Lru } from "../base/lru.ts";
import { essenceOf, hasKnownType, mediaTypesOf, UNKNOWN_TYPE } from "../http/media-type.ts";
import type { FileSystem, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { nameOf, type VfsPath } from "../vfs/path.ts";
import { DIRECTORY_TYPE } from "../vfs/rfsapi/messages.ts";

export type RawTypes = (path: VfsPath, stat: Stat) => Promise<string> | string;

const REMEMBERED_MAX = 20_000;
const REMEMBERED_BYTES_MAX = 4 * 1024 * 1024;

export function rawTypesOf(fileSystem: FileSystem): RawTypes {
  const byName = mediaTypesOf(new Map());
  const known = new Lru<string, string>({
    entriesMax: REMEMBERED_MAX,
    bytesMax: REMEMBERED_BYTES_MAX,
  });
  const looked = async (path: VfsPath, version: string | undefined): Promise<string> => {
    const key = `${version}\0${path}`;
    const before = version === undefined ? undefined : known.get(key);
    if (before !== undefined) return before;
    const type = await typeInside(fileSystem, path);
    if (version !== undefined) known.set(key, type, 2 * key.length);
    return type;
  };
  return (path, { kind, version }) => {
    if (kind === "directory") return DIRECTORY_TYPE;
    const name = nameOf(path);
    return hasKnownType(name) ? essenceOf(byName.typeOf(name)) : looked(path, version);
  };
}

const LOOK_BYTES = 2048;

/** What cannot be read is of no known type; that it is there may be told all the same. */
async function typeInside(fileSystem: FileSystem, path: VfsPath): Promise<string> {
  try {
    const file = await fileSystem.open(path);
    try {
      const bytes = Buffer.allocUnsafe(LOOK_BYTES);
      const length = await file.readAt(bytes, 0);
      return isTextual(bytes.subarray(0, length)) ? "text/plain" : UNKNOWN_TYPE;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof FsError) return UNKNOWN_TYPE;
    throw error;
  }
}

const LF = 0x0a;

/** @param start of a file; a character that it ends in the middle of is no fault */
export function isTextual(start: Uint8Array): boolean {
  const end = start.indexOf(LF);
  const isWhole = end >= 0;
  const line = isWhole ? start.subarray(0, end) : start;
  if (line.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(line, { stream: !isWhole });
    return true;
  } catch {
    return false; // the one thing that a fatal decoder throws for
  }
}
