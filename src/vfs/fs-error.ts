// What can go wrong with named files, in words that fit every FileSystem. Implementations
// translate their own errors (errno, HTTP status, webfuse result) into these, once, at their border.

export type FsErrorCode =
  | "not-found"
  | "not-a-directory"
  | "is-a-directory"
  | "exists"
  | "not-empty"
  | "denied"
  | "read-only"
  /** What was expected to be there is not there any more. */
  | "changed"
  | "no-space"
  /** This file system cannot do that; copying, or another one, may. */
  | "unsupported"
  /** No more descriptors, no answer, I/O error: may work again later. */
  | "unavailable";

export class FsError extends Error {
  override readonly name = "FsError";
  readonly code: FsErrorCode;

  constructor(code: FsErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
