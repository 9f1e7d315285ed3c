// In which ways a file system may differ from the contract, each of them a promise of its own: the
// tests hold that it is so, and not just that they look away.

export interface Differences {
  /** "by name": what was opened is asked for by its name again and again, no longer than it was. */
  readonly openFiles?: "held" | "by name";
  /** "utf-8": names that are none are neither listed nor found, and cannot be made. */
  readonly names?: "bytes" | "utf-8";
  /** "none": times are neither told nor set ("unsupported"). */
  readonly times?: "kept" | "none";
  /** "none": move() is "unsupported"; moveTree() copies. */
  readonly renames?: "done" | "none";
}
