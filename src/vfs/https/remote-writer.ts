// Changes on a server far away. The protocol can make, add to and remove, and tells little of why it
// did not: so what can be known is looked at before, and what failed is looked at again. That also
// keeps away from old servers what they do not survive, such as adding to a file that is not there.
//
// What the contract asks for and the protocol has no words for: a file is not put in place in one
// step (upload.ts), what is expected is judged just before the change (in one step only among
// changes through this object), times are not set, and nothing is renamed: tree.ts copies.

import type { ByteSource } from "../../base/byte-source.ts";

import { assertExpected } from "../expected.ts";
import type { CommitOptions, Expected, FileDraft, FileSystemWriter, Stat } from "../file-system.ts";
import { FsError } from "../fs-error.ts";
import { parentOf, ROOT, type VfsPath } from "../path.ts";
import { wireFailure } from "./failure.ts";
import { PathTurns } from "./path-turns.ts";
import type { RemoteTree } from "./remote-tree.ts";
import type { Session } from "./session.ts";
import { Spool, type SpoolOptions } from "./spool.ts";
import { addTo, type PieceSize, upload } from "./upload.ts";
import { canBeSaid, wirePathOf } from "./wire-path.ts";

export interface WriteLimits {
  /** What one Write brings at most. */
  readonly writeBytesMax: number;
}

export interface SendOptions {
  readonly expected: Expected;
  /** Told after each piece that has arrived, for those who show progress. */
  readonly onBytes?: (count: number) => void;
}

export class RemoteWriter implements FileSystemWriter {
  readonly #session: Session;
  readonly #tree: RemoteTree;
  readonly #pieces: PieceSize;
  readonly #spool: SpoolOptions;
  readonly #turns = new PathTurns();

  constructor(
    { session, tree }: { readonly session: Session; readonly tree: RemoteTree },
    limits: WriteLimits,
    spool: SpoolOptions,
  ) {
    this.#session = session;
    this.#tree = tree;
    this.#pieces = { bytes: limits.writeBytesMax };
    this.#spool = spool;
  }

  /** Looks now whether it could be made, so that nobody spools a gigabyte for nothing. */
  async write(path: VfsPath): Promise<FileDraft> {
    await this.#assertWritable(path);
    return new RemoteDraft(new Spool(this.#spool), (source, options) =>
      this.send(path, source, options),
    );
  }

  /** A whole file from where it lies, without a draft. */
  async send(path: VfsPath, source: ByteSource, options: SendOptions): Promise<Stat> {
    return this.#turns.take(path, async () => {
      const there = await this.#assertWritable(path);
      assertExpected(options.expected, there, path);
      const size = await upload(this.#session, {
        path,
        source,
        pieces: this.#pieces,
        replaces: there !== undefined,
        onBytes: options.onBytes,
      });
      if (size === undefined) throw await this.#whyNotMade(path);
      return { kind: "file", size, modifiedMs: undefined, version: undefined };
    });
  }

  append(path: VfsPath, bytes: Uint8Array): Promise<Stat> {
    return this.#turns.take(path, async () => {
      const before = await this.#tree.stat(path);
      if (before.kind === "directory") throw isADirectory(path);
      await addTo(this.#session, path, { bytes, position: before.size, pieces: this.#pieces });
      // Others may have added something too.
      return this.#tree.stat(path);
    });
  }

  makeDirectory(path: VfsPath): Promise<void> {
    return this.#turns.take(path, async () => {
      if (path === ROOT) throw new FsError("exists", "the root is there");
      refuseUnsayable(path);
      // Looked at before: the first servers put an empty directory over a full one.
      if ((await this.#tree.statIfThere(path)) !== undefined) {
        throw new FsError("exists", `${path} exists already`);
      }
      const { succeeded } = await this.#session.send({
        kind: "CreateDir",
        path: wirePathOf(path),
      });
      if (!succeeded) throw await this.#whyNotMade(path);
    });
  }

  remove(path: VfsPath, expected: Expected = "something"): Promise<void> {
    return this.#turns.take(path, async () => {
      if (path === ROOT) throw rootStays();
      const stat = await this.#tree.stat(path);
      assertExpected(expected, stat, path);
      if (stat.kind === "directory" && (await this.#tree.names(path)).length > 0) {
        throw new FsError("not-empty", `${path} is not empty`);
      }
      const kind = stat.kind === "file" ? "RemoveFile" : "RemoveDir";
      const { result } = await this.#session.send({ kind, path: wirePathOf(path) });
      if ("error" in result) throw wireFailure(result.error, path, "changing");
    });
  }

  async move(from: VfsPath, to: VfsPath): Promise<void> {
    if (from === ROOT || to === ROOT) throw rootStays();
    throw new FsError("unsupported", `${from}: nothing is renamed over HTTPS`);
  }

  async setModified(path: VfsPath): Promise<void> {
    throw new FsError("unsupported", `${path}: no times are kept over HTTPS`);
  }

  /** @returns what stands there now */
  async #assertWritable(path: VfsPath): Promise<Stat | undefined> {
    if (path === ROOT) throw isADirectory(path);
    refuseUnsayable(path);
    const stat = await this.#tree.statIfThere(path);
    if (stat?.kind === "directory") throw isADirectory(path);
    if (stat === undefined) await this.#assertParent(path);
    return stat;
  }

  async #assertParent(path: VfsPath): Promise<void> {
    const parent = parentOf(path);
    if ((await this.#tree.stat(parent)).kind === "directory") return;
    throw new FsError("not-a-directory", `${parent} is not a directory`);
  }

  /** CreateFile and CreateDir say only that they failed. */
  async #whyNotMade(path: VfsPath): Promise<FsError> {
    try {
      await this.#assertParent(path);
    } catch (error) {
      if (error instanceof FsError) return error;
      throw error;
    }
    return new FsError("denied", `the server does not make ${path}, and does not say why`);
  }
}

class RemoteDraft implements FileDraft {
  readonly #spool: Spool;
  readonly #land: (source: ByteSource, options: CommitOptions) => Promise<Stat>;
  #isOver = false;

  constructor(spool: Spool, land: (source: ByteSource, options: CommitOptions) => Promise<Stat>) {
    this.#spool = spool;
    this.#land = land;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isOver) throw new Error("a draft is written after its end");
    await this.#spool.write(bytes);
  }

  async commit(options: CommitOptions): Promise<Stat> {
    if (this.#isOver) throw new Error("a draft is committed after its end");
    this.#isOver = true;
    try {
      return await this.#land(this.#spool, options);
    } finally {
      await this.#spool.close();
    }
  }

  async abort(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#spool.close();
  }
}

function refuseUnsayable(path: VfsPath): void {
  if (!canBeSaid(path)) throw new FsError("denied", `no file can be called ${path} over HTTPS`);
}

function isADirectory(path: VfsPath): FsError {
  return new FsError("is-a-directory", `${path} is a directory`);
}

function rootStays(): FsError {
  return new FsError("denied", "the root stays as it is");
}
