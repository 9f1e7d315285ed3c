// The route of files: everything that speaks about the names of one file system, one handler around
// the other. Read it from the bottom up, as a request comes.

import { type CacheStats, emptyCache } from "../base/counts.ts";
import { type LimitWatch, nobodyWatches } from "../base/limit-watch.ts";
import type { Config, FilesAction, RouteConfig } from "../config/config.ts";
import type { ArchiveSlots } from "../handlers/archive-slots.ts";
import { cached } from "../handlers/cached.ts";
import type { Compressor } from "../handlers/compressor.ts";
import type { ListingChanges } from "../handlers/listing-controls.ts";
import { rawTypesOf } from "../handlers/raw-type.ts";
import { staticFiles } from "../handlers/static-files.ts";
import type { Handler } from "../http/handler.ts";
import type { MediaTypes } from "../http/media-type.ts";
import type { FileSystem } from "../vfs/file-system.ts";
import { readOnly } from "../vfs/read-only.ts";
import { type Extras, loaded } from "./extras.ts";
import type { WebdavStates } from "./webdav-states.ts";

export interface FilePorts {
  readonly fileSystems: ReadonlyMap<string, FileSystem>;
  readonly extras: Extras;
  /** When one of them was last changed through us, by the monotonic clock. */
  readonly changedMs: () => number;
  /** What WebDAV keeps of them. */
  readonly webdav: WebdavStates;
  readonly limitWatch?: LimitWatch | undefined;
  /** What each cache counts is added here, for whoever wants to know. */
  readonly caches: CacheStats[];
}

/** What all routes share. */
export interface FileMeans extends FilePorts {
  readonly config: Config;
  readonly mediaTypes: MediaTypes;
  readonly cacheControl: (path: string) => string;
  readonly compressor: Compressor | undefined;
  /** Places for archives under way. */
  readonly archiveSlots: ArchiveSlots;
}

export type FilesPlace = Pick<RouteConfig, "path" | "origin">;

export function filesRoute(action: FilesAction, place: FilesPlace, means: FileMeans): Handler {
  const fileSystem = means.fileSystems.get(action.fileSystem);
  if (fileSystem === undefined) throw new Error(`no file system ${action.fileSystem}`);
  const files = reading(action, { ...place, fileSystem }, means);
  const forms = withForms(files, action, { ...place, fileSystem }, means);
  const written = withWrites(forms, action, { ...place, fileSystem }, means.extras);
  const changing = speakingWebdav(written, action, { ...place, fileSystem }, means);
  return forPrograms(changing, action, { ...place, fileSystem }, means);
}

interface Place extends FilesPlace {
  readonly fileSystem: FileSystem;
}

/** Those who ask in a way of their own: for an archive, or for facts as JSON. */
function forPrograms(inner: Handler, action: FilesAction, place: Place, means: FileMeans): Handler {
  const { fileSystem, path: prefix, origin } = place;
  const named = { fileSystem, fileSystemName: action.fileSystem, origin, prefix };
  const { mediaTypes, archiveSlots: slots, config, extras } = means;
  const writesSupported = action.changes === "allowed";
  const facts = action.rfsapi
    ? loaded(extras.rfsapi).rfsapi(inner, { ...named, writesSupported })
    : inner;
  if (!action.archives) return facts;
  const entriesMax = config.limits.archiveEntriesMax;
  return loaded(extras.archives).archives(facts, { ...named, mediaTypes, slots, entriesMax });
}

function speakingWebdav(
  inner: Handler,
  { fileSystem: name, changes, ...action }: FilesAction,
  { path, origin, fileSystem }: Place,
  { config, mediaTypes, extras, webdav: states, limitWatch = nobodyWatches }: FileMeans,
): Handler {
  const state = action.webdav ? states.get(name) : undefined;
  if (state === undefined) return inner;
  return loaded(extras.webdav).webdav(inner, {
    fileSystem: changes === "allowed" ? fileSystem : readOnly(fileSystem),
    fileSystemName: name,
    origin,
    prefix: path,
    mediaTypes,
    state,
    limits: config.limits.webdav,
    watch: limitWatch,
    hasLocks: config.server.workers === 1,
  });
}

/** PUT, DELETE and MKCOL, or why not. */
function withWrites(inner: Handler, action: FilesAction, place: Place, extras: Extras): Handler {
  const { fileSystem, path: prefix, origin } = place;
  const { fileSystem: fileSystemName, changes, webdav: isDav } = action;
  if (changes === "none") return inner;
  const writer = changes === "allowed" ? fileSystem.writer : undefined;
  // A client that speaks WebDAV makes directories itself, and relies on being told (RFC 4918, 9.7.1).
  const makesParents = !isDav;
  const { fileWrites } = loaded(extras.writes);
  return fileWrites(inner, { writer, fileSystem, fileSystemName, origin, prefix, makesParents });
}

/** POST, of the forms that a listing has where files can be changed. */
function withForms(inner: Handler, action: FilesAction, place: Place, means: FileMeans): Handler {
  const { fileSystem, path: prefix } = place;
  const { writer } = fileSystem;
  if (!showsControls(action) || writer === undefined) return inner;
  const { formFilesMax: filesMax } = means.config.limits;
  return loaded(means.extras.forms).listingForms(inner, { fileSystem, writer, prefix, filesMax });
}

function showsControls({ changes, listing }: FilesAction): boolean {
  return changes === "allowed" && listing;
}

function changesOf({ webdav: moves }: FilesAction, { extras }: FileMeans): ListingChanges {
  return { moves, script: loaded(extras.script).LISTING_SCRIPT };
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
    ...(means.config.guessText ? { typeInside: rawTypesOf(fileSystem) } : {}),
    cacheControl: means.cacheControl,
    compressor: means.compressor,
    listingEntriesMax,
    methods: action.changes === "allowed" ? loaded(means.extras.writes).WRITE_METHODS : [],
    archives: action.archives,
    listingChanges: showsControls(action) ? changesOf(action, means) : undefined,
  });
  if (cacheBytesMax === 0) return files;
  // Only where they decide: every value of a field in the key is an entry more.
  const keyFields = [
    ...(action.languages.length > 0 ? ["accept-language"] : []),
    ...(action.types.length > 0 ? ["accept"] : []),
  ];
  const stats = emptyCache();
  means.caches.push(stats);
  // Who has just changed a file wants to see it changed, by whatever route: several file systems may
  // show the same files. Other workers do not tell us, so where there are some, it is always asked.
  const isChangedElsewhere = means.config.server.workers !== 1 && isChangedHere(means);
  const freshMs = isChangedElsewhere ? 0 : cacheFreshMs;
  const { changedMs } = means;
  return cached(files, { bytesMax: cacheBytesMax, freshMs, changedMs, keyFields, stats });
}

function isChangedHere({ fileSystems }: FileMeans): boolean {
  return [...fileSystems.values()].some(({ writer }) => writer !== undefined);
}
