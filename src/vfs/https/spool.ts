// What a draft holds until it is sent: in memory while it is small, in a file that has no name any
// more when it is not. The file goes with the process, however that ends.

import type { FileHandle } from "node:fs/promises";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ByteSource } from "../../base/byte-source.ts";
import { codeOf } from "../../base/system-error.ts";
import { FsError } from "../fs-error.ts";

export interface SpoolOptions {
  readonly memoryBytesMax: number;
  /** Where the file is made; undefined: the system's folder for such files. */
  readonly folder: string | undefined;
}

export class Spool implements ByteSource {
  readonly #options: SpoolOptions;
  #pieces: Buffer[] = [];
  #file: FileHandle | undefined;
  #size = 0;

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  /** At the end. @throws FsError "no-space", "unavailable" */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#file === undefined && this.#size + bytes.length <= this.#options.memoryBytesMax) {
      this.#pieces.push(Buffer.from(bytes));
      this.#size += bytes.length;
      return;
    }
    try {
      this.#file ??= await this.#moved();
      await this.#file.appendFile(bytes);
    } catch (error) {
      throw spoolFailure(error);
    }
    this.#size += bytes.length;
  }

  async readAt(target: Uint8Array, position: number): Promise<number> {
    if (this.#file === undefined) return this.#copy(target, position);
    try {
      return (await this.#file.read(target, 0, target.length, position)).bytesRead;
    } catch (error) {
      throw spoolFailure(error);
    }
  }

  async close(): Promise<void> {
    this.#pieces = [];
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  #copy(target: Uint8Array, position: number): number {
    let start = 0;
    let copied = 0;
    for (const piece of this.#pieces) {
      const from = Math.max(0, position + copied - start);
      const part = piece.subarray(from, from + target.length - copied);
      target.set(part, copied);
      copied += part.length;
      start += piece.length;
      if (copied === target.length) break;
    }
    return copied;
  }

  /** From memory into a file. */
  async #moved(): Promise<FileHandle> {
    const folder = await mkdtemp(join(this.#options.folder ?? tmpdir(), "ferrox-spool-"));
    try {
      const file = await open(join(folder, "spool"), "ax+", 0o600);
      try {
        await file.writev(this.#pieces);
      } catch (error) {
        await file.close();
        throw error;
      }
      this.#pieces = [];
      return file;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function spoolFailure(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  const message = `what is to be sent cannot be kept on this machine (${code})`;
  return new FsError(isFull ? "no-space" : "unavailable", message, error);
}
