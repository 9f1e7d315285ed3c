// File systems laid over each other: what the upper one holds hides what lies below, and all
// changes go to the upper one (overlay-writer.ts). What was removed but lies below is covered there
// by marks that nobody outside ever sees (overlay-marks.ts).

import type { Entry, FileSystem, FileSystemWriter, OpenFile, Stat } from "./file-system.ts";
import { FsError } from "./fs-error.ts";
import { hasMark, isMark, markedName, opaqueMarkOf, whiteoutOf } from "./overlay-marks.ts";
import { type Overlaid, OverlayWriter } from "./overlay-writer.ts";
import { parentOf, ROOT, type VfsPath } from "./path.ts";

export interface Overlay extends FileSystem {
  readonly writer: FileSystemWriter;
}

/** @param lower the nearest first; none of them is ever changed */
export function overlay(upper: FileSystem, lower: readonly FileSystem[]): Overlay {
  return new Layers(upper, lower);
}

class Layers implements Overlay, Overlaid {
  readonly writer: FileSystemWriter;
  readonly upper: FileSystem;
  readonly #lower: readonly FileSystem[];

  constructor(upper: FileSystem, lower: readonly FileSystem[]) {
    this.upper = upper;
    this.#lower = lower;
    this.writer = new OverlayWriter(this);
  }

  async stat(path: VfsPath): Promise<Stat> {
    return (await this.#topmost(path)).stat(path);
  }

  async open(path: VfsPath): Promise<OpenFile> {
    return (await this.#topmost(path)).open(path);
  }

  async *list(path: VfsPath): AsyncGenerator<Entry, void, void> {
    const seen = new Set<string>();
    for (const layer of await this.#directories(path)) {
      const removed: string[] = [];
      for await (const entry of layer.list(path)) {
        if (isMark(entry.name)) {
          // Only here are they looked for by stat(), too.
          if (layer === this.upper) removed.push(markedName(entry.name));
        } else if (!seen.has(entry.name)) {
          seen.add(entry.name);
          yield entry;
        }
      }
      // Now: a mark is about the layers below, not about what stands beside it.
      for (const name of removed) seen.add(name);
    }
  }

  /** Whether something below the upper layer would show under this name. */
  async showsFromBelow(path: VfsPath): Promise<boolean> {
    for (const layer of this.#lower) {
      if ((await statIn(layer, path)) !== undefined) return !(await this.#isHidden(parentOf(path)));
    }
    return false;
  }

  /** The first layer that has it, unless it was removed above. */
  async #topmost(path: VfsPath): Promise<FileSystem> {
    if (hasMark(path)) throw notFound(path);
    if ((await statIn(this.upper, path)) !== undefined) return this.upper;
    if (!(await this.#isHidden(path))) {
      for (const layer of this.#lower) {
        const stat = await statIn(layer, path);
        if (stat !== undefined) return layer;
        // A file in a nearer layer hides what a farther one has below that name.
        if (await isUnderFile(layer, path)) break;
      }
    }
    throw notFound(path);
  }

  /** Layers in which it is a directory, as far down as they are seen. */
  async #directories(path: VfsPath): Promise<readonly FileSystem[]> {
    const top = await this.#topmost(path);
    if ((await top.stat(path)).kind !== "directory") {
      throw new FsError("not-a-directory", `${path} is not a directory`);
    }
    const isOpaque = top === this.upper && (await this.#isHidden(path));
    const all = top === this.upper ? [top, ...(isOpaque ? [] : this.#lower)] : this.#lower;
    const directories: FileSystem[] = [];
    for (const layer of all) {
      const stat = await statIn(layer, path);
      if (stat?.kind === "directory") directories.push(layer);
      else if (stat !== undefined || (await isUnderFile(layer, path))) break;
    }
    return directories;
  }

  /** Whether the upper layer hides whatever lower ones have under this name. */
  async #isHidden(path: VfsPath): Promise<boolean> {
    for (let at = path; ; at = parentOf(at)) {
      if (at !== ROOT && (await statIn(this.upper, whiteoutOf(at))) !== undefined) return true;
      if ((await statIn(this.upper, opaqueMarkOf(at))) !== undefined) return true;
      // A file in the upper layer, where lower ones have a directory.
      if (at !== path && (await statIn(this.upper, at))?.kind === "file") return true;
      if (at === ROOT) return false;
    }
  }
}

async function statIn(layer: FileSystem, path: VfsPath): Promise<Stat | undefined> {
  try {
    return await layer.stat(path);
  } catch (error) {
    if (error instanceof FsError && error.code === "not-found") return undefined;
    throw error;
  }
}

async function isUnderFile(layer: FileSystem, path: VfsPath): Promise<boolean> {
  for (let at = parentOf(path); at !== ROOT; at = parentOf(at)) {
    const stat = await statIn(layer, at);
    if (stat !== undefined) return stat.kind === "file";
  }
  return false;
}

function notFound(path: VfsPath): FsError {
  return new FsError("not-found", `${path} not found`);
}
