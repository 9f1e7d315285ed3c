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
  /** The same to the nanosecond, where that is known: a double has no room for it. */
  readonly modifiedNs?: bigint;
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
  /**
   * A symbolic link; `stat` is of what it leads to, as with stat(). Whoever walks down does not go
   * in: it may lead back up.
   */
  readonly isLink?: true;
}

/** An open file. What was checked at opening is what will be read, even if the name moves on. */
export interface OpenFile extends ByteSource {
  readonly stat: Stat;
}

export interface Glance {
  /** @param other a later one, at the same thing in the same FileSystem */
  isSame(other: Glance): boolean;
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
  /**
   * How a file or a directory looks, told without waiting. As long as it looks the same, stat() and
   * open() find the same, for whoever they found it for. undefined: that cannot be told.
   */
  glance?(path: VfsPath): Glance | undefined;
  /** The same of the names in a directory: as long as they look the same, none was added. */
  glanceAtNames?(directory: VfsPath): Glance | undefined;
  /** Present when it can be changed. */
  readonly writer?: FileSystemWriter;
}

/**
 * What must stand under a name at the moment of a change; otherwise the change does not happen, and
 * the error is "changed". Checked and done in one step, as far as other changes through the same
 * FileSystem are concerned.
 */
export type Expected =
  | "anything"
  | "nothing"
  | "something"
  /** A file of this version. */
  | { readonly version: string };

/**
 * Changes. All of them are seen whole or not at all, by everybody, also after a crash: a file that
 * commit() has promised is there when the power comes back. (Of an append, a crash may leave a part.)
 *
 * The directory that is to hold something must exist: "not-found" otherwise, "not-a-directory" when
 * it is a file. The root can be neither removed nor moved nor replaced: "denied", as are names that
 * no file could have, or that a policy hides. "no-space" when there is no room.
 */
export interface FileSystemWriter {
  /** Begins new content for a file that may or may not be there. "is-a-directory". */
  write(path: VfsPath): Promise<FileDraft>;
  /** Adds to the end of a file that must be there; appends do not mingle. Resolves with the new state. */
  append(path: VfsPath, bytes: Uint8Array): Promise<Stat>;
  /** "exists" when anything has that name. */
  makeDirectory(path: VfsPath): Promise<void>;
  /** A file, a link, or an empty directory: "not-empty" otherwise. */
  remove(path: VfsPath, expected?: Expected): Promise<void>;
  /**
   * Gives a file or a directory another name. A file that has that name is replaced when
   * `expected` lets it be, else "changed"; a directory never is: "exists". Into itself: "denied".
   */
  move(from: VfsPath, to: VfsPath, expected: Expected): Promise<void>;
  /** When a file's content was last changed, as far as its owner is concerned. */
  setModified(path: VfsPath, modifiedMs: number): Promise<void>;
}

/** New content of a file, seen by nobody until commit(). Whoever begins one ends it. */
export interface FileDraft {
  /** At the end of what was written. One at a time. The bytes may be used again once it resolves. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Puts the content in place. Whoever has opened the old content keeps it. When it rejects, the
   * draft is gone, and what was there still is.
   */
  commit(options: CommitOptions): Promise<Stat>;
  /** Nothing has happened. Does nothing after commit(). */
  abort(): Promise<void>;
}

export interface CommitOptions {
  readonly expected: Expected;
  /** undefined: now. */
  readonly modifiedMs: number | undefined;
}
