// Limits of WebDAV, a part of the section `limits:`. The defaults are those of
// handlers/webdav/limits.ts, written again because this folder knows only its types; a test holds
// both equal.

import type { WebdavLimits } from "../handlers/webdav/limits.ts";
import { count, duration, row, size } from "./kinds.ts";
import type { Zod } from "./zod.ts";

export interface WebdavLimitWords {
  readonly dav_xml_bytes: number;
  readonly dav_tree_entries: number;
  readonly dav_locks: number;
  readonly dav_locks_per_user: number;
  readonly dav_lock_timeout: number;
  readonly dav_properties: number;
  readonly dav_property_bytes: number;
}

const MIB = 1024 * 1024;

export const webdavLimitRows: { readonly [Word in keyof WebdavLimitWords]: Zod.ZodType<number> } = {
  dav_xml_bytes: row(
    size({ min: 1024, max: 64 * MIB }),
    "The XML of a WebDAV request. A longer one is answered 413.",
  ).prefault("1MiB"),
  dav_tree_entries: row(
    count({ min: 0, max: 10_000_000 }),
    "Entries that one `PROPFIND` with `Depth: infinity` tells of. With more to tell it is answered " +
      "403, and clients ask folder by folder. 0: it is always.",
  ).prefault(10_000),
  dav_locks: row(
    count({ min: 1, max: 1_000_000 }),
    "WebDAV locks of one file system. Beyond that, new ones are answered 503.",
  ).prefault(10_000),
  dav_locks_per_user: row(
    count({ min: 1, max: 1_000_000 }),
    "Of them, those of one user, or of one address where nobody logs in. More are answered 507.",
  ).prefault(1000),
  dav_lock_timeout: row(
    duration({ min: 1000, max: 7 * 24 * 3_600_000 }),
    "How long a WebDAV lock lasts at most, unless it is refreshed. Nobody gets a longer one.",
  ).prefault("1h"),
  dav_properties: row(
    count({ min: 0, max: 10_000 }),
    "Properties that WebDAV clients may keep of one file or folder. More are answered 507.",
  ).prefault(100),
  dav_property_bytes: row(
    size({ min: 0, max: 4 * MIB }),
    "All of them together, of one file or folder. More are answered 507.",
  ).prefault("64KiB"),
};

export function webdavLimitsOf(words: WebdavLimitWords): WebdavLimits {
  return {
    xmlBytesMax: words.dav_xml_bytes,
    treeEntriesMax: words.dav_tree_entries,
    locksMax: words.dav_locks,
    locksPerUserMax: words.dav_locks_per_user,
    lockTimeoutMaxMs: words.dav_lock_timeout,
    propertiesMax: words.dav_properties,
    propertyBytesMax: words.dav_property_bytes,
  };
}
