// The route of files: everything that speaks about the names of one file system, one handler around
// the other. Read it from the bottom up, as a request comes.

import { type CacheStats, emptyCache } from "../base/counts.ts";
import type { Config, FilesAction, RouteConfig } from "../config/config.ts";
import { cached } from "../handlers/cached.ts";
import type { Compressor } from "../handlers/compressor.ts";
import { staticFiles } from "../handlers/static-files.ts";
import type { Handler } from "../http/handler.ts";
import type { MediaTypes } from "../http/media-type.ts";
import type { FileSystem } from "../vfs/file-system.ts";

export interface FilePorts {
  readonly fileSystems: ReadonlyMap<string, FileSystem>;
  /** What each cache counts is added here, for whoever wants to know. */
  readonly caches: CacheStats[];
}

/** What all routes share. */
export interface FileMeans extends FilePorts {
  readonly config: Config;
  readonly mediaTypes: MediaTypes;
  readonly cacheControl: (path: string) => string;
  readonly compressor: Compressor | undefined;
}

export type FilesPlace = Pick<RouteConfig, "path" | "origin">;

export function filesRoute(action: FilesAction, place: FilesPlace, means: FileMeans): Handler {
  const fileSystem = means.fileSystems.get(action.fileSystem);
  if (fileSystem === undefined) throw new Error(`no file system ${action.fileSystem}`);
  return reading(action, { ...place, fileSystem }, means);
}

interface Place extends FilesPlace {
  readonly fileSystem: FileSystem;
}

/** GET and HEAD, of files and listings. */
function reading(action: FilesAction, { path, origin, fileSystem }: Place, means: FileMeans) {
  const { listingEntriesMax, cacheBytesMax, cacheFreshMs } = means.config.limits;
  const files = staticFiles({
    ...action,
    fileSystem,
    fileSystemName: action.fileSystem,
    origin,
    prefix: path,
    mediaTypes: means.mediaTypes,
    cacheControl: means.cacheControl,
    compressor: means.compressor,
    listingEntriesMax,
  });
  if (cacheBytesMax === 0) return files;
  // Only where they decide: every value of a field in the key is an entry more.
  const keyFields = [
    ...(action.languages.length > 0 ? ["accept-language"] : []),
    ...(action.types.length > 0 ? ["accept"] : []),
  ];
  const stats = emptyCache();
  means.caches.push(stats);
  return cached(files, { bytesMax: cacheBytesMax, freshMs: cacheFreshMs, keyFields, stats });
}
