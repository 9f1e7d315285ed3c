// The file systems of a configuration, by name: those that hold files, and those made of others.
// What a reload keeps: what is in memory goes on under its name, whatever else was said of it. A
// folder is looked at anew, and holds nothing open by itself.

import { basename, dirname } from "node:path";
import type { Clock } from "../base/clock.ts";
import { unreachable } from "../base/unreachable.ts";
import type { Config, FileSystemConfig } from "../config/config.ts";
import { readUpTo } from "../handlers/file-answer.ts";
import { diskFileSystem } from "../vfs/disk.ts";
import type { FileSystem } from "../vfs/file-system.ts";
import { type MemoryFileSystem, memoryFileSystem } from "../vfs/memory.ts";
import { mounts } from "../vfs/mounts.ts";
import { overlay } from "../vfs/overlay.ts";
import { type VfsPath, vfsPathOf } from "../vfs/path.ts";
import { readOnly } from "../vfs/read-only.ts";
import { subtree } from "../vfs/subtree.ts";
import { tellingChanges } from "../vfs/told-changes.ts";

export interface FileSystems {
  readonly byName: ReadonlyMap<string, FileSystem>;
  /** For the next configuration. */
  readonly memories: ReadonlyMap<string, MemoryFileSystem>;
  /** By all that is said of them but their names. */
  readonly remotes: ReadonlyMap<string, FileSystem>;
  /** Goes on over a reload: an upload that began before it may end after it. */
  readonly changes: Changes;
}

export interface Changes {
  /** When one of them was last changed through us, by the monotonic clock. */
  lastMs: number;
}

/** @throws FsError when certificates for one of them cannot be read */
export async function fileSystemsOf(
  { fileSystems: configs }: Pick<Config, "fileSystems">,
  clock: Clock,
  before?: FileSystems,
): Promise<FileSystems> {
  const authorities = await authoritiesOf(configs.values());
  // Brings Node's HTTP client with it, so only where one is needed.
  const isFar = [...configs.values()].some(({ kind }) => kind === "https");
  const client = isFar ? await import("../vfs/https/client.ts") : undefined;
  const making = new Making(configs, { clock, before, authorities, client });
  for (const name of configs.keys()) making.named(name);
  return making;
}

interface Means {
  readonly clock: Clock;
  readonly before: FileSystems | undefined;
  readonly authorities: ReadonlyMap<string, string>;
  readonly client: typeof import("../vfs/https/client.ts") | undefined;
}

/** Those that are made of others ask for them by name, in whatever order they stand. */
class Making implements FileSystems {
  readonly byName: Map<string, FileSystem> = new Map();
  readonly memories: Map<string, MemoryFileSystem> = new Map();
  readonly remotes: Map<string, FileSystem> = new Map();
  readonly changes: Changes;
  readonly #configs: ReadonlyMap<string, FileSystemConfig>;
  readonly #means: Means;

  constructor(configs: ReadonlyMap<string, FileSystemConfig>, means: Means) {
    this.#configs = configs;
    this.#means = means;
    this.changes = means.before?.changes ?? { lastMs: Number.NEGATIVE_INFINITY };
  }

  named(name: string): FileSystem {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const config = this.#configs.get(name);
    // The configuration has been checked: every name is known, and none leads back to itself.
    if (config === undefined) throw new Error(`no file system ${name}`);
    const made = this.#made(name, config);
    this.byName.set(name, made);
    return made;
  }

  #made(name: string, config: FileSystemConfig): FileSystem {
    switch (config.kind) {
      case "disk":
        return this.#telling(diskFileSystem({ ...config, clock: this.#means.clock }));
      case "memory": {
        const memory = this.#memory(name, config.bytesMax);
        return config.writable ? this.#telling(memory) : readOnly(memory);
      }
      case "overlay":
        return overlay(
          this.#upper(config.upper),
          config.lower.map((lower) => this.named(lower)),
        );
      case "subtree":
        return subtree(this.named(config.of), placeOf(config.path));
      case "read-only":
        return readOnly(this.named(config.of));
      case "mounts":
        return mounted(
          Array.from(config.at, ([at, other]) => [placeOf(at), this.named(other)] as const),
        );
      case "https": {
        const remote = this.#remote(config);
        return config.writable ? this.#telling(remote) : readOnly(remote);
      }
      default:
        return unreachable(config);
    }
  }

  #telling(fileSystem: FileSystem): FileSystem {
    return tellingChanges(fileSystem, () => {
      this.changes.lastMs = this.#means.clock.monotonicMs();
    });
  }

  #memory(name: string, bytesMax: number): MemoryFileSystem {
    const { before, clock } = this.#means;
    const memory = before?.memories.get(name) ?? memoryFileSystem({}, { bytesMax, clock });
    memory.limitBytes(bytesMax);
    this.memories.set(name, memory);
    return memory;
  }

  /** An overlay needs names for its marks, also in a folder whose dotfiles nobody may see. */
  #upper(name: string): FileSystem {
    const config = this.#configs.get(name);
    if (config?.kind !== "disk") return this.named(name);
    return this.#telling(diskFileSystem({ ...config, clock: this.#means.clock, marks: true }));
  }

  /** With its connections and its session: who asks the same server again need not log in anew. */
  #remote({ url, caPath, credentials }: HttpsConfig): FileSystem {
    const { authorities, before, client } = this.#means;
    if (client === undefined) throw new Error("the client is needed and was not loaded");
    const ca = caPath === undefined ? undefined : authorities.get(caPath);
    const key = JSON.stringify([url, ca, credentials]);
    const known = (before?.remotes ?? this.remotes).get(key);
    const remote = known ?? client.httpsFileSystem({ url, ca, credentials });
    this.remotes.set(key, remote);
    return remote;
  }
}

function mounted(places: readonly (readonly [VfsPath, FileSystem])[]): FileSystem {
  const table = mounts();
  for (const [at, fileSystem] of places) table.attach(at, fileSystem);
  const isWritable = places.some(([, { writer }]) => writer !== undefined);
  return isWritable ? table : readOnly(table);
}

function placeOf(path: string): VfsPath {
  const place = vfsPathOf(path);
  if (place === undefined) throw new Error(`no place can be called ${path}`);
  return place;
}

type HttpsConfig = Extract<FileSystemConfig, { kind: "https" }>;

/** By path: the text of each file of certificates that is trusted somewhere. */
async function authoritiesOf(
  configs: Iterable<FileSystemConfig>,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const config of configs) {
    if (config.kind !== "https" || config.caPath === undefined) continue;
    texts.set(config.caPath, await textOf(config.caPath));
  }
  return texts;
}

async function textOf(diskPath: string): Promise<string> {
  // The operator's own file: links may lead wherever the operator likes.
  const folder = diskFileSystem({ root: dirname(diskPath), symlinks: "any", dotfiles: true });
  const file = await folder.open(placeOf(`/${basename(diskPath)}`));
  try {
    return Buffer.from(await readUpTo(file, file.stat.size)).toString("utf8");
  } finally {
    await file.close();
  }
}
