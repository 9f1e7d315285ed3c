// Named files, wherever they live: a folder, a map in memory, a server far away, a folder lent by
// a browser. Handlers and the kernel mount see only this.

import type { ByteSource } from "../base/byte-source.ts";
import type { VfsPath } from "./path.ts";

export interface Stat {
  readonly kind: "file" | "directory";
  /** Bytes; 0 for a directory. */
  readonly size: number;
  /** Milliseconds since 1970, with fractions where known; undefined when not kept. */
  readonly modifiedMs: number | undefined;
  /**
   * Changes whenever the content may have changed; the source of entity tags. Text of unreserved
   * characters, without the inode number (CVE-2003-1418). undefined: nothing can be promised.
   */
  readonly version: string | undefined;
}

export interface Entry {
  /** One path segment, never "." or "..". Bytes that are no UTF-8: see base/surrogate-escape.ts. */
  readonly name: string;
  readonly stat: Stat;
}

/** An open file. What was checked at opening is what will be read, even if the name moves on. */
export interface OpenFile extends ByteSource {
  readonly stat: Stat;
}

/**
 * All methods reject with FsError, and with nothing else but our own bugs. A name below a file
 * ("/page.html/x") is "not-found", as is whatever its policy does not let be seen.
 */
export interface FileSystem {
  /** "denied" for FIFOs, devices and sockets. */
  stat(path: VfsPath): Promise<Stat>;
  /**
   * In no particular order; "not-a-directory" for a file. Entries that cannot be stat'ed, or are
   * neither file nor directory, are left out.
   */
  list(path: VfsPath): AsyncIterable<Entry>;
  /** Files only: "is-a-directory" for a directory, "denied" for FIFOs, devices and sockets. */
  open(path: VfsPath): Promise<OpenFile>;
  /**
   * Whether what stat() said lately (undefined: not found) is still so, told without waiting; false
   * when in doubt. Tells of content and names, not of who may see them: that takes a stat().
   */
  holds?(path: VfsPath, seen: Stat | undefined): boolean;
}
