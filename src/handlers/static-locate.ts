// Which file does a path below a static route mean? Looks at names only and opens nothing, so it
// can be run again, alone, to tell whether a remembered answer still holds.

import type { Trace } from "../base/trace.ts";
import { unreachable } from "../base/unreachable.ts";
import { isCompressible, type MediaTypes } from "../http/media-type.ts";
import { type Coding, preferredCoding } from "../http/negotiation.ts";
import type { FileSystem, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { childOf, nameOf, ROOT, type VfsPath, vfsPathOf } from "../vfs/path.ts";
import { siblingsOf } from "./precompressed.ts";
import { type Router, staticChoice } from "./static-choice.ts";

export interface Site {
  readonly fileSystem: FileSystem;
  readonly router: Router;
  readonly listing: boolean;
  /** Tried in order for a directory. */
  readonly indexNames: readonly string[];
  /** The page of a `spa`, relative to the root. */
  readonly fallback: string;
  readonly mediaTypes: MediaTypes;
}

/** All of a request that decides which file is meant; plain values, safe to remember. */
export interface Wish {
  /** Decoded, below the route; "" for the route itself without its slash. */
  readonly path: string;
  readonly acceptEncoding: string | undefined;
  readonly acceptsHtml: boolean;
}

export interface LocatedFile {
  readonly kind: "file";
  /** To be opened. */
  readonly path: VfsPath;
  readonly version: string | undefined;
  readonly coding: Coding | undefined;
  /** The same without coding, should opening the coded one fail. */
  readonly plain: VfsPath | undefined;
  readonly mediaType: string;
  /** Request fields that led here rather than elsewhere. */
  readonly vary: readonly string[];
}

export type Located =
  | LocatedFile
  | { readonly kind: "add-slash" }
  | { readonly kind: "listing"; readonly path: VfsPath }
  | Refused;

export interface Refused {
  readonly kind: "refused";
  readonly status: 403 | 404 | 406;
  /** Goes before the path, for people: "no file". */
  readonly why: string;
}

/** Rejects with FsError when the file system fails. */
export async function locate(wish: Wish, site: Site, trace?: Trace): Promise<Located> {
  const path = vfsPathOf(wish.path === "" ? "/" : wish.path);
  if (path === undefined) return missing("no file");
  const stat = await look(site.fileSystem, path);
  const choice = staticChoice({
    router: site.router,
    path: wish.path,
    found: stat?.kind ?? "nothing",
    acceptsHtml: wish.acceptsHtml,
  });
  trace?.note(WHERE, `${path} is ${stat?.kind ?? "nothing"} → ${choice.kind} (${site.router})`);
  switch (choice.kind) {
    case "file":
      return negotiated({ path, stat, wish, site, vary: [] }, trace);
    case "add-slash":
      return { kind: "add-slash" };
    case "directory":
      return locateInDirectory(path, wish, site, trace);
    case "fallback":
      return locateFallback(wish, site, trace);
    case "missing": {
      if (stat !== undefined || wish.path.endsWith("/")) return missing(choice.why);
      return locateUnplain({ path, stat, wish, site, vary: [] }, choice.why, trace);
    }
    default:
      return unreachable(choice);
  }
}

const WHERE = "handlers/static-files";

/** The first index that is a file; an index that is a directory is somebody's mistake. */
async function locateInDirectory(
  directory: VfsPath,
  wish: Wish,
  site: Site,
  trace: Trace | undefined,
): Promise<Located> {
  for (const name of site.indexNames) {
    const path = childOf(directory, name);
    const stat = await look(site.fileSystem, path);
    if (stat?.kind !== "file") continue;
    trace?.note(WHERE, `index of ${directory} → ${path}`);
    return negotiated({ path, stat, wish, site, vary: [] }, trace);
  }
  if (site.listing) return { kind: "listing", path: directory };
  return { kind: "refused", status: 403, why: "directory listing is off, and no index is in" };
}

async function locateFallback(wish: Wish, site: Site, trace: Trace | undefined): Promise<Located> {
  const path = vfsPathOf(`/${site.fallback}`) ?? ROOT;
  const stat = await look(site.fileSystem, path);
  if (stat?.kind !== "file") return missing(`no ${path} to fall back to, for`);
  trace?.note(WHERE, `${wish.path} belongs to the application → ${path}`);
  // Who takes no HTML gets 404 here, so caches must look at Accept.
  return negotiated({ path, stat, wish, site, vary: ["Accept"] }, trace);
}

/** "app.js" is not there but "app.js.gz" is: good enough for whoever takes gzip. */
async function locateUnplain(
  candidate: Candidate,
  why: string,
  trace: Trace | undefined,
): Promise<Located> {
  if (candidate.wish.acceptEncoding === undefined) return missing(why);
  const located = await negotiated(candidate, trace);
  return located.kind === "file" && located.coding !== undefined ? located : missing(why);
}

interface Candidate {
  /** Its name decides the media type. */
  readonly path: VfsPath;
  /** undefined: only siblings may be there. */
  readonly stat: Stat | undefined;
  readonly wish: Wish;
  readonly site: Site;
  readonly vary: readonly string[];
}

/** The coding of a file that the client likes best, among those that lie ready. */
async function negotiated(candidate: Candidate, trace: Trace | undefined): Promise<Located> {
  const { path, stat, wish, site } = candidate;
  const mediaType = site.mediaTypes.typeOf(nameOf(path));
  // Nobody compresses a picture twice; not looking spares three questions to the file system.
  const siblings = isCompressible(mediaType) ? await siblingsOf(site.fileSystem, path, stat) : [];
  const vary = siblings.length === 0 ? candidate.vary : [...candidate.vary, "Accept-Encoding"];
  const codings = siblings.map(({ coding }) => coding);
  const chosen = preferredCoding(wish.acceptEncoding, codings);
  if (siblings.length > 0) trace?.note(WHERE, `codings ${codings.join(", ")} → ${chosen}`);
  const plain = stat === undefined ? undefined : path;
  const sibling = siblings.find(({ coding }) => coding === chosen);
  if (sibling !== undefined) {
    const { coding, path: coded, stat: codedStat } = sibling;
    return {
      kind: "file",
      path: coded,
      version: codedStat.version,
      coding,
      plain,
      mediaType,
      vary,
    };
  }
  if (chosen === "none" && plain !== undefined) {
    return { kind: "refused", status: 406, why: "the client refuses every coding there is of" };
  }
  return { kind: "file", path, version: stat?.version, coding: undefined, plain, mediaType, vary };
}

/** undefined: nothing has this name. */
async function look(fileSystem: FileSystem, path: VfsPath): Promise<Stat | undefined> {
  try {
    return await fileSystem.stat(path);
  } catch (error) {
    if (error instanceof FsError && MISSING.has(error.code)) return undefined;
    throw error;
  }
}

const MISSING: ReadonlySet<string> = new Set(["not-found", "not-a-directory"]);

function missing(why: string): Refused {
  return { kind: "refused", status: 404, why };
}
