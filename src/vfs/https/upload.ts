// A whole file to a server far away: made empty there, then added to piece by piece. The protocol
// has no way to put it in place in one step, so who looks meanwhile sees a part, and a broken
// connection leaves one. That is told; nothing is sent again, for nobody knows what has arrived.

import type { ByteSource } from "../../base/byte-source.ts";
import { FsError } from "../fs-error.ts";
import type { VfsPath } from "../path.ts";
import { wireFailure } from "./failure.ts";
import type { Session } from "./session.ts";
import { wirePathOf } from "./wire-path.ts";

/**
 * What one Write brings at most. Halved when a server takes none that long, which it says before it
 * does anything; nobody else says how much it takes.
 */
export interface PieceSize {
  bytes: number;
}

export interface Upload {
  readonly path: VfsPath;
  readonly source: ByteSource;
  readonly pieces: PieceSize;
  /** Whether something stands there that is lost once the upload begins. */
  readonly replaces: boolean;
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** @returns how many bytes it has; undefined: the server does not let it be made */
export async function upload(session: Session, task: Upload): Promise<number | undefined> {
  const { path, source, pieces, onBytes } = task;
  const buffer = Buffer.allocUnsafe(pieces.bytes);
  // Read before anything is changed there: what cannot be read replaces nothing.
  let length = await source.readAt(buffer, 0);
  const made = await session.send({ kind: "CreateFile", path: wirePathOf(path) });
  if (!made.succeeded) return undefined;
  let sent = 0;
  try {
    while (length > 0) {
      const bytes = buffer.subarray(0, length);
      await addTo(session, path, { bytes, position: sent, pieces });
      sent += length;
      onBytes?.(length);
      length = await source.readAt(buffer, sent);
    }
    return sent;
  } catch (error) {
    throw await interrupted(session, task, { sent, error });
  }
}

export interface Addition {
  readonly bytes: Uint8Array;
  /** Where they come to stand, for servers that ask. */
  readonly position: number;
  readonly pieces: PieceSize;
}

/** Sends one piece after the other until the server has taken all. */
export async function addTo(
  session: Session,
  path: VfsPath,
  { bytes, position, pieces }: Addition,
): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const data = bytes.subarray(at, at + pieces.bytes);
    const taken = await write(session, path, { data, position: position + at });
    if (taken === "too long" && data.length > PIECE_BYTES_MIN) {
      pieces.bytes = Math.max(PIECE_BYTES_MIN, data.length >> 1);
    } else if (taken === "too long" || taken === 0 || taken > data.length) {
      throw new FsError(
        "unavailable",
        `${path}: of ${data.length} bytes the server takes ${taken}`,
      );
    } else {
      at += taken;
    }
  }
}

const PIECE_BYTES_MIN = 1024;

async function write(
  session: Session,
  path: VfsPath,
  { data, position }: { readonly data: Uint8Array; readonly position: number },
): Promise<number | "too long"> {
  const answer = await session.trySend({ kind: "Write", path: wirePathOf(path), position, data });
  if (answer === "too long") return answer;
  const { result } = answer;
  if ("error" in result) throw wireFailure(result.error, path, "changing");
  return result.ok;
}

/** A part that stood nowhere before is taken away again, if the server still listens. */
async function interrupted(
  session: Session,
  { path, replaces }: Upload,
  { sent, error }: { readonly sent: number; readonly error: unknown },
): Promise<unknown> {
  if (!(error instanceof FsError)) return error;
  if (!replaces && (await isRemoved(session, path))) return error;
  const what = replaces
    ? `its old content is lost, and of the new one about ${sent} bytes are there`
    : `about ${sent} bytes of it are there`;
  return new FsError(error.code, `${error.message}; ${path}: ${what}`, error);
}

async function isRemoved(session: Session, path: VfsPath): Promise<boolean> {
  try {
    const { result } = await session.send({ kind: "RemoveFile", path: wirePathOf(path) });
    return "ok" in result;
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}
