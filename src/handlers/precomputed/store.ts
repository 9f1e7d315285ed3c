// A folder of answers made beforehand, each in a file named after the request target it answers.
// What was read is kept, as far as there is room, and looked at again once a second, as the memory of
// dynamic answers does it (cached.ts): a store that is compiled anew is served anew at once.

import { Lru, type Place } from "../../base/lru.ts";
import type { Target } from "../../http/target.ts";
import type { FileSystem } from "../../vfs/file-system.ts";
import { FsError } from "../../vfs/fs-error.ts";
import { type VfsPath, vfsPathOf } from "../../vfs/path.ts";
import { type Loaded, load, loadedHere } from "./loaded.ts";
import { BadResource } from "./resource.ts";
import { ERROR_404_NAME, nameOfTarget } from "./target-name.ts";

type PathTarget = Extract<Target, { kind: "path" }>;

export interface StoreOptions {
  readonly fileSystem: FileSystem;
  /** How long what was read is given without looking at it again. */
  readonly freshMs: number;
  /** Of all that is kept. */
  readonly bytesMax: number;
  /** Told once of each file that is no resource, whenever it is read. */
  readonly report: (message: string) => void;
}

interface Entry {
  /** A text says why it is none. */
  readonly found: Loaded | string;
  /** When it was last known to be what lies in the store. */
  knownMs: number;
}

const ENTRIES_MAX = 100_000;
const RESOURCE_NAME = /^[A-Za-z0-9_-]{43}$/;

export class Store {
  readonly #options: StoreOptions;
  readonly #entries: Lru<string, Entry>;
  readonly #byTarget = new WeakMap<PathTarget, Place<string, Entry>>();
  readonly #loading = new Map<string, Promise<Entry>>();

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#entries = new Lru({ bytesMax: options.bytesMax, entriesMax: ENTRIES_MAX });
  }

  /**
   * What answers a target; for one that has nothing of its own what "error404" holds, or what was
   * built in. A text says why there is something, but no resource.
   * @param nowMs the monotonic clock
   * @throws FsError, or rejects with it, when the store cannot be read
   */
  find(target: PathTarget, nowMs: number): Loaded | string | Promise<Loaded | string> {
    const place = target.isLasting === true ? this.#byTarget.get(target) : undefined;
    const known = place === undefined ? undefined : this.#entries.at(place);
    if (known !== undefined && this.#isCurrent(known, nowMs)) return known.found;
    const name = nameOfTarget(target.raw);
    const entry = this.#entries.get(name);
    if (entry === undefined || !this.#isCurrent(entry, nowMs)) {
      return this.#loadedOrError(name, nowMs);
    }
    const found = this.#entries.placeOf(name);
    if (target.isLasting === true && found !== undefined) this.#byTarget.set(target, found);
    return entry.found;
  }

  /** What is known of a target is not so any more. */
  forget(target: PathTarget): void {
    this.#entries.delete(nameOfTarget(target.raw));
  }

  /** Reads what there is room for, so that nobody need be the first to ask. */
  async preload(nowMs: () => number): Promise<void> {
    const { fileSystem, bytesMax } = this.#options;
    for await (const { name } of fileSystem.list(pathOf(""))) {
      if (this.#entries.bytes > bytesMax * FULL) return;
      if (RESOURCE_NAME.test(name) || name === ERROR_404_NAME) await this.#load(name, nowMs());
    }
  }

  async #loadedOrError(name: string, nowMs: number): Promise<Loaded | string> {
    try {
      return (await this.#load(name, nowMs)).found;
    } catch (error) {
      if (!isMissing(error)) throw error;
      return this.#error404(nowMs);
    }
  }

  async #error404(nowMs: number): Promise<Loaded | string> {
    const entry = this.#entries.get(ERROR_404_NAME);
    if (entry !== undefined && this.#isCurrent(entry, nowMs)) return entry.found;
    try {
      return (await this.#load(ERROR_404_NAME, nowMs)).found;
    } catch (error) {
      if (!isMissing(error)) throw error;
      return NOT_FOUND;
    }
  }

  /** One reading for all who wait. */
  #load(name: string, nowMs: number): Promise<Entry> {
    const under = this.#loading.get(name);
    if (under !== undefined) return under;
    const loading = this.#read(name, nowMs).finally(() => this.#loading.delete(name));
    this.#loading.set(name, loading);
    return loading;
  }

  async #read(name: string, nowMs: number): Promise<Entry> {
    try {
      const found = await load(this.#options.fileSystem, pathOf(name));
      for (const [index, one] of found.representations.entries()) {
        if (one.kind === "broken") this.#report(`${name}, representation ${index}: ${one.why}`);
      }
      return this.#keep(name, { found, knownMs: nowMs }, found.bytes);
    } catch (error) {
      if (error instanceof FsError) this.#entries.delete(name);
      if (!(error instanceof BadResource)) throw error;
      this.#report(`${name}: ${error.message}`);
      return this.#keep(name, { found: error.message, knownMs: nowMs }, 0);
    }
  }

  #keep(name: string, entry: Entry, bytes: number): Entry {
    this.#entries.set(name, entry, bytes + name.length + ENTRY_BYTES);
    return entry;
  }

  #report(message: string): void {
    this.#options.report(`not a resource: ${message}`);
  }

  #isCurrent(entry: Entry, nowMs: number): boolean {
    if (nowMs - entry.knownMs < this.#options.freshMs) return true;
    const { found } = entry;
    // What could not be read may be there by now.
    if (typeof found === "string" || found.representations.some(isBroken)) return false;
    const { fileSystem } = this.#options;
    const holds = found.origins.every(({ path, stat }) => fileSystem.holds?.(path, stat) ?? false);
    if (holds) entry.knownMs = nowMs;
    return holds;
  }
}

/** An entry and its objects, roughly. */
const ENTRY_BYTES = 1024;
/** Reading on would only drive out what was read. */
const FULL = 0.9;

const isBroken = ({ kind }: { readonly kind: string }) => kind === "broken";

function isMissing(error: unknown): boolean {
  if (!(error instanceof FsError)) return false;
  return error.code === "not-found" || error.code === "is-a-directory";
}

function pathOf(name: string): VfsPath {
  const path = vfsPathOf(`/${name}`);
  if (path === undefined) throw new Error(`no path: ${name}`);
  return path;
}

const NOT_FOUND: Loaded = loadedHere({
  representations: [
    {
      status: 404,
      source: { kind: "inline", contents: Buffer.from("\r\nResource not found\n") },
      headerLength: 2,
      etag: undefined,
      lastModified: undefined,
    },
  ],
  negotiations: [],
});
