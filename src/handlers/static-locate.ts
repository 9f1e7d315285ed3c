// Which file does a path below a static route mean? Looks at names only and opens nothing, so it
// can be run again, alone, to tell whether a remembered answer still holds.

import type { Trace } from "../base/trace.ts";
import { unreachable } from "../base/unreachable.ts";
import type { FileSystem, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { childOf, nameOf, parentOf, ROOT, type VfsPath, vfsPathOf } from "../vfs/path.ts";
import { cleanPlace } from "./clean-urls.ts";
import { type Router, staticChoice } from "./static-choice.ts";
import {
  type Candidate,
  type FormSite,
  type FormWish,
  isThere,
  type LocatedFile,
  negotiated,
  type Refused,
} from "./static-form.ts";

export interface Site extends FormSite {
  readonly router: Router;
  readonly listing: boolean;
  /** Tried in order for a directory. */
  readonly indexNames: readonly string[];
  /** The page of a `spa`, relative to the root. */
  readonly fallback: string;
  /** Pages are known by their names without ".html" (clean-urls.ts). Default: false. */
  readonly cleanUrls?: boolean;
}

/** All of a request that decides which file is meant; plain values, safe to remember. */
export interface Wish extends FormWish {
  /** Decoded, below the route; "" for the route itself without its slash. */
  readonly path: string;
  readonly acceptsHtml: boolean;
}

export type Located =
  | LocatedFile
  | { readonly kind: "add-slash" }
  /** To be asked for without its end. */
  | { readonly kind: "shorter"; readonly ending: string }
  | { readonly kind: "listing"; readonly path: VfsPath }
  | Refused;

/** Rejects with FsError when the file system fails. */
export async function locate(wish: Wish, site: Site, trace?: Trace): Promise<Located> {
  const path = vfsPathOf(wish.path === "" ? "/" : wish.path);
  if (path === undefined) return missing("no file");
  const stat = await look(site.fileSystem, path);
  const clean = await locateClean({ path, stat, wish, site, vary: [] }, trace);
  if (clean !== undefined) return clean;
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
      return locateBeside({ path, stat, wish, site, vary: [] }, choice.why, trace);
    }
    default:
      return unreachable(choice);
  }
}

const WHERE = "handlers/static-files";

/** undefined: the path means what it says. */
async function locateClean(
  { path, stat, wish, site }: Candidate & { readonly wish: Wish; readonly site: Site },
  trace: Trace | undefined,
): Promise<Located | undefined> {
  if (site.cleanUrls !== true || wish.path.endsWith("/")) return undefined;
  const { router, indexNames, fileSystem } = site;
  const facts = { path, found: stat?.kind ?? "nothing", router, indexNames } as const;
  const isFile = async (other: VfsPath) => (await look(fileSystem, other))?.kind === "file";
  const place = await cleanPlace(facts, isFile);
  if (place === undefined) return undefined;
  trace?.note(WHERE, `${path} is ${place.kind === "page" ? place.path : "known by less"}`);
  if (place.kind === "shorter") return place;
  return locateFile({ path: place.path, wish, site, vary: [] }, trace);
}

/** The first index that is a file; an index that is a directory is somebody's mistake. */
async function locateInDirectory(
  directory: VfsPath,
  wish: Wish,
  site: Site,
  trace: Trace | undefined,
): Promise<Located> {
  for (const name of site.indexNames) {
    const path = childOf(directory, name);
    const located = await locateFile({ path, wish, site, vary: [] }, trace);
    if (located === undefined) continue;
    trace?.note(WHERE, `index of ${directory} → ${path}`);
    return located;
  }
  if (site.listing) return { kind: "listing", path: directory };
  return { kind: "refused", status: 403, why: "directory listing is off, and no index is in" };
}

async function locateFallback(wish: Wish, site: Site, trace: Trace | undefined): Promise<Located> {
  const path = vfsPathOf(`/${site.fallback}`) ?? ROOT;
  // Who takes no HTML gets 404 here, so caches must look at Accept.
  const located = await locateFile({ path, wish, site, vary: ["Accept"] }, trace);
  if (located === undefined) return missing(`no ${path} to fall back to, for`);
  trace?.note(WHERE, `${wish.path} belongs to the application → ${path}`);
  return located.kind === "file" ? { ...located, isFallback: true } : located;
}

/** undefined: there is no such file, in no language either. */
async function locateFile(
  candidate: Omit<Candidate, "stat">,
  trace: Trace | undefined,
): Promise<LocatedFile | Refused | undefined> {
  const { path, site } = candidate;
  const stat = await look(site.fileSystem, path);
  if (stat === undefined ? !hasLanguages(site) : stat.kind !== "file") return undefined;
  const located = await negotiated({ ...candidate, stat }, trace);
  return located.kind === "file" && located.plain === undefined ? undefined : located;
}

function hasLanguages({ languages = [] }: FormSite): boolean {
  return languages.length > 0;
}

/** What was asked for is not there, but beside it, in a coding or a language, it is. */
async function locateBeside(
  candidate: Candidate & { readonly site: Site },
  why: string,
  trace: Trace | undefined,
): Promise<Located> {
  const { path, wish, site } = candidate;
  if (wish.acceptEncoding === undefined && !hasLanguages(site)) return missing(why);
  const located = await negotiated(candidate, trace);
  if (isThere(located)) return located;
  const page = childOf(parentOf(path), `${nameOf(path)}.html`);
  if (site.cleanUrls === true) {
    const clean = await negotiated({ ...candidate, path: page }, trace);
    if (isThere(clean)) return clean;
  }
  if (!hasLanguages(site) || nameOf(path).includes(".")) return missing(why);
  // "/page" in a language: "/page.de.html".
  const inLanguage = await locateFile({ ...candidate, path: page }, trace);
  // Another type of "/page.html" is not another language of "/page".
  const hasChoice = inLanguage?.kind === "refused" || inLanguage?.variant?.language !== undefined;
  return inLanguage !== undefined && hasChoice ? inLanguage : missing(why);
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
