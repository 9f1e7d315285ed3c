// What a failed file operation means to a client: FsError → HttpError, in this one place.
// A path that leads out of the root and a path that leads nowhere reach us as the same
// "not-found", and stay the same here: the answer must not tell which files exist outside.

import { HttpError } from "../http/http-error.ts";
import { FsError, type FsErrorCode } from "../vfs/fs-error.ts";

/**
 * @param error anything thrown; what is no FsError comes back as it was
 * @param subject whose failure it is, for the log and for visitors on loopback:
 *   "/x in file system site (ferrox.yml:12)"
 */
export function httpErrorOf(error: unknown, subject: string): unknown {
  if (!(error instanceof FsError)) return error;
  const { status, words } = MEANING[error.code];
  const fields = status === 503 ? RETRY_SOON : [];
  return new HttpError(status, `${words} ${subject}`, fields, error);
}

const RETRY_SOON = [["Retry-After", "2"]] as const;

const MEANING: Readonly<Record<FsErrorCode, { readonly status: number; readonly words: string }>> =
  {
    "not-found": { status: 404, words: "no file" },
    "not-a-directory": { status: 404, words: "no file" },
    // Looked like a file a moment ago and is a directory now: the file asked for is gone.
    "is-a-directory": { status: 404, words: "no file" },
    denied: { status: 403, words: "may not read" },
    "read-only": { status: 403, words: "may not change" },
    exists: { status: 409, words: "there is already" },
    changed: { status: 412, words: "something else is there now:" },
    "no-space": { status: 507, words: "no room for" },
    unsupported: { status: 501, words: "not possible with" },
    "not-empty": { status: 409, words: "not empty:" },
    unavailable: { status: 503, words: "cannot read now:" },
  };
