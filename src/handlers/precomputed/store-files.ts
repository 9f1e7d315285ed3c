// The files of a store as a compilation writes them: resources by name, bodies below "bodies". Each is
// put in place whole or not at all, bodies before the resources that name them, so a server that reads
// the store meanwhile always finds either answer, the old or the new.

import { createHash } from "node:crypto";
import type { FileSystem, FileSystemWriter } from "../../vfs/file-system.ts";
import { FsError } from "../../vfs/fs-error.ts";
import { childOf, ROOT, type VfsPath } from "../../vfs/path.ts";
import { makeDirectories, writerOf } from "../../vfs/tree.ts";
import { readUpTo } from "../file-answer.ts";
import { CompileFailure } from "./asking-site.ts";
import {
  EMPTY_MANIFEST,
  MANIFEST_NAME,
  type Manifest,
  manifestText,
  readManifest,
  SEEN_NAME,
  seenText,
} from "./manifest.ts";

const BODIES = "bodies";
const CHANGED = "a file of the site was changed while it was read";
const BODIES_PATH = childOf(ROOT, BODIES);

export interface Body {
  /** Fields and empty line. */
  readonly block: Uint8Array;
  /** Of the content. */
  readonly hash: string;
  readonly size: number;
  pieces(): AsyncIterable<Uint8Array>;
  /** With its dot: ".html.br". */
  readonly ending: string;
}

export class StoreFiles {
  readonly #fileSystem: FileSystem;
  readonly #writer: FileSystemWriter;
  readonly #bodies: ReadonlyMap<string, number>;
  readonly #used = new Map<string, Promise<void>>();
  #bytesWritten = 0;

  private constructor(fileSystem: FileSystem, bodies: ReadonlyMap<string, number>) {
    this.#fileSystem = fileSystem;
    this.#writer = writerOf({ fileSystem, path: ROOT });
    this.#bodies = bodies;
  }

  static async over(fileSystem: FileSystem): Promise<StoreFiles> {
    await makeDirectories({ fileSystem, path: BODIES_PATH });
    const bodies = new Map<string, number>();
    for await (const { name, stat } of fileSystem.list(BODIES_PATH)) bodies.set(name, stat.size);
    return new StoreFiles(fileSystem, bodies);
  }

  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** @returns its name, relative to the store */
  async putBody(body: Body): Promise<string> {
    const { block, hash, size, ending } = body;
    const own = createHash("sha256").update(block).update(hash).digest("base64url");
    const name = own + ending;
    const isThere = this.#bodies.get(name) === block.length + size;
    const writing = this.#used.get(name) ?? (isThere ? Promise.resolve() : this.#write(name, body));
    this.#used.set(name, writing);
    await writing;
    return `${BODIES}/${name}`;
  }

  async #write(name: string, { block, pieces, hash }: Body): Promise<void> {
    const draft = await this.#writer.write(childOf(BODIES_PATH, name));
    try {
      await draft.write(block);
      const seen = createHash("sha256");
      for await (const piece of pieces()) {
        seen.update(piece);
        await draft.write(piece);
        this.#bytesWritten += piece.length;
      }
      if (seen.digest("base64url") !== hash) throw new CompileFailure(CHANGED);
      await draft.commit({ expected: "anything", modifiedMs: undefined });
    } finally {
      await draft.abort();
    }
  }

  /** Whether it had to be written: what is there as it should be is left alone. */
  async put(name: string, bytes: Uint8Array): Promise<boolean> {
    const path = childOf(ROOT, name);
    const before = await this.#read(path);
    if (before !== undefined && Buffer.compare(before, bytes) === 0) return false;
    const draft = await this.#writer.write(path);
    try {
      await draft.write(bytes);
      await draft.commit({ expected: "anything", modifiedMs: undefined });
    } finally {
      await draft.abort();
    }
    this.#bytesWritten += bytes.length;
    return true;
  }

  async remove(name: string): Promise<void> {
    await this.#unlessGone(childOf(ROOT, name));
  }

  async removeOtherBodies(): Promise<void> {
    for (const name of this.#bodies.keys()) {
      if (!this.#used.has(name)) await this.#unlessGone(childOf(BODIES_PATH, name));
    }
  }

  async #unlessGone(path: VfsPath): Promise<void> {
    try {
      await this.#writer.remove(path);
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== "not-found") throw error;
    }
  }

  async #read(path: VfsPath): Promise<Uint8Array | undefined> {
    return readIfThere(this.#fileSystem, path);
  }

  async putManifest(manifest: Manifest): Promise<void> {
    await this.put(MANIFEST_NAME, Buffer.from(manifestText(manifest)));
    await this.put(SEEN_NAME, Buffer.from(seenText(manifest)));
  }
}

/**
 * What was compiled into a store before; undefined: something else lies there, which is nobody's to
 * overwrite.
 */
export async function manifestIn(fileSystem: FileSystem): Promise<Manifest | undefined> {
  const textIn = async (name: string) => {
    const bytes = await readIfThere(fileSystem, childOf(ROOT, name));
    return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
  };
  const manifest = await textIn(MANIFEST_NAME);
  if (manifest !== undefined) return readManifest(manifest, (await textIn(SEEN_NAME)) ?? "");
  for await (const _ of fileSystem.list(ROOT)) return undefined;
  return EMPTY_MANIFEST;
}

async function readIfThere(fileSystem: FileSystem, path: VfsPath): Promise<Uint8Array | undefined> {
  try {
    const file = await fileSystem.open(path);
    try {
      return await readUpTo(file, file.stat.size);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof FsError && error.code === "not-found") return undefined;
    throw error;
  }
}
