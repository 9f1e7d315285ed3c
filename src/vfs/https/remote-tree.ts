// What a server far away has: the reading commands, with their errors in our words.

import type { OpenFile, Stat } from "../file-system.ts";
import { FsError } from "../fs-error.ts";
import { childOf, type VfsPath } from "../path.ts";
import { debugFailure, wireFailure } from "./failure.ts";
import { ReadAhead } from "./read-ahead.ts";
import type { Session } from "./session.ts";
import { canBeSaid, isName, wirePathOf } from "./wire-path.ts";

export interface ReadLimits {
  /** What one Read asks for at most; kept twice for each file that is being read. */
  readonly readBytesMax: number;
  /** What the first of several reads asks for at least. */
  readonly readAheadBytes: number;
}

export class RemoteTree {
  readonly #session: Session;
  readonly #limits: ReadLimits;

  constructor(session: Session, limits: ReadLimits) {
    this.#session = session;
    this.#limits = limits;
  }

  async stat(path: VfsPath): Promise<Stat> {
    if (!canBeSaid(path)) throw notFound(path);
    const { result } = await this.#session.send({ kind: "Metadata", path: wirePathOf(path) });
    if ("error" in result) throw wireFailure(result.error, path, "reading");
    // The protocol tells no times, and nothing that would change with the content.
    return { ...result.ok, modifiedMs: undefined, version: undefined };
  }

  async statIfThere(path: VfsPath): Promise<Stat | undefined> {
    try {
      return await this.stat(path);
    } catch (error) {
      if (error instanceof FsError && error.code === "not-found") return undefined;
      throw error;
    }
  }

  /** Names that are none, or lead elsewhere, are left out: a server is a stranger. */
  async names(path: VfsPath): Promise<readonly string[]> {
    if (!canBeSaid(path)) throw notFound(path);
    const { result } = await this.#session.send({ kind: "ReadDir", path: wirePathOf(path) });
    if ("ok" in result) return [...new Set(result.ok)].filter(isName);
    // Servers tell in text, or not at all, that it is a file.
    if ((await this.stat(path)).kind === "file") {
      throw new FsError("not-a-directory", `${path} is not a directory`);
    }
    throw debugFailure(result.error, path);
  }

  /** An entry that has gone, or may not be looked at, is left out. */
  async entry(directory: VfsPath, name: string): Promise<{ name: string; stat: Stat } | undefined> {
    try {
      return { name, stat: await this.stat(childOf(directory, name)) };
    } catch (error) {
      if (error instanceof FsError && ["not-found", "denied"].includes(error.code)) {
        return undefined;
      }
      throw error;
    }
  }

  async open(path: VfsPath): Promise<OpenFile> {
    const stat = await this.stat(path);
    if (stat.kind === "directory") throw new FsError("is-a-directory", `${path} is a directory`);
    const source = new ReadAhead({
      size: stat.size,
      windowBytes: this.#limits.readAheadBytes,
      pieceBytesMax: this.#limits.readBytesMax,
      fetch: (position, length) => this.#read(path, position, length),
    });
    return {
      stat,
      readAt: (target, position) => source.readAt(target, position),
      close: () => source.close(),
    };
  }

  /** Never behind the end that Metadata told: the first servers of this kind die of it. */
  async #read(path: VfsPath, position: number, length: number): Promise<Uint8Array> {
    const { result } = await this.#session.send({
      kind: "Read",
      path: wirePathOf(path),
      position,
      length,
    });
    if ("error" in result) throw wireFailure(result.error, path, "reading");
    if (result.ok.length > length) {
      throw new FsError("unavailable", `${path}: the server gave more than was asked for`);
    }
    return result.ok;
  }
}

function notFound(path: VfsPath): FsError {
  return new FsError("not-found", `${path} not found`);
}
