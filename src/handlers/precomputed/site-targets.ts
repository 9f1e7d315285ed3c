// Which request targets may a site have an answer for? Every file and every directory, under each
// path that leads to it: with and without the slash of a directory, without ".html", without the
// language and the coding in a file's name. Only guesses: the site itself is asked about each one
// (compile.ts), and what it does not know is no target.
//
// A target is compared as it is sent, so each path has one spelling, that of RFC 3986, and a second
// one where browsers send characters as they were typed that the RFC wants encoded.

import { encodePath } from "../../http/percent.ts";
import type { FileSystem } from "../../vfs/file-system.ts";
import type { FsError } from "../../vfs/fs-error.ts";
import { childOf, isBelow, ROOT, type VfsPath } from "../../vfs/path.ts";
import { statIfThere, walk } from "../../vfs/tree.ts";
import { pathAbove } from "../location.ts";

export interface SiteShape {
  readonly fileSystem: FileSystem;
  /** The route's path. */
  readonly prefix: string;
  /** Tags in file names. */
  readonly languages: readonly string[];
}

export interface Candidate {
  /** As it is sent. */
  readonly target: string;
  /** Perhaps only a coded file is there, for those alone who take it. */
  readonly isOfCoded: boolean;
}

export interface Candidates {
  readonly list: readonly Candidate[];
  /** Directories that could not be read, and links that are not gone into. */
  readonly errors: readonly { readonly path: VfsPath; readonly why: string }[];
}

export async function candidatesOf(site: SiteShape): Promise<Candidates> {
  const { prefix } = site;
  const found = new Map<string, Candidate>();
  const add = (path: string, isOfCoded = false) => {
    for (const target of spellingsOf(pathAbove(prefix, path))) {
      const known = found.get(target)?.isOfCoded ?? false;
      found.set(target, { target, isOfCoded: known || isOfCoded });
    }
  };
  add("/");
  if (prefix !== "/") add("");
  const { entries, errors } = await everything(site.fileSystem);
  for (const { path, isDirectory } of entries) {
    if (isDirectory) {
      add(path);
      add(`${path}/`);
      continue;
    }
    for (const name of namesOf(path, site.languages)) add(name.path, name.isOfCoded);
  }
  const list = [...found.values()].filter(({ target }) => target !== "");
  return { list: list.sort((a, b) => (a.target < b.target ? -1 : 1)), errors };
}

/** Served although its name begins with a dot, and not listed then (RFC 8615). */
const WELL_KNOWN = childOf(ROOT, ".well-known");

interface Found {
  readonly path: VfsPath;
  readonly isDirectory: boolean;
}

/** Links to directories are gone into, but not twice on one way: they may lead back up. */
async function everything(fileSystem: FileSystem) {
  const entries: Found[] = [];
  const errors: { readonly path: VfsPath; readonly why: string }[] = [];
  const waiting = [ROOT];
  const hidden = await statIfThere({ fileSystem, path: WELL_KNOWN });
  if (hidden?.kind === "directory") {
    entries.push({ path: WELL_KNOWN, isDirectory: true });
    waiting.push(WELL_KNOWN);
  }
  const links: VfsPath[] = [];
  for (let root = waiting.pop(); root !== undefined; root = waiting.pop()) {
    for await (const found of walk({ fileSystem, path: root })) {
      const { path } = found;
      if (found.kind === "error") {
        errors.push({ path, why: whyOf(found.error) });
        continue;
      }
      const isDirectory = found.stat.kind === "directory";
      entries.push({ path, isDirectory });
      if (!isDirectory || found.isLink !== true) continue;
      if (links.some((link) => isBelow(link, path))) {
        errors.push({ path, why: "a link within a link is not gone into" });
      } else {
        links.push(path);
        waiting.push(path);
      }
    }
  }
  return { entries, errors };
}

function whyOf({ message }: FsError): string {
  return message;
}

const CODED = /\.(?:br|zst|gz)$/;
const PAGE = /\.(?:html|htm|shtml)$/;

/** All under which a file may be known, the file's own name among them. */
function namesOf(
  path: VfsPath,
  languages: readonly string[],
): readonly { readonly path: string; readonly isOfCoded: boolean }[] {
  const own = [{ path: String(path), isOfCoded: false }];
  if (CODED.test(path)) own.push({ path: path.replace(CODED, ""), isOfCoded: true });
  const named = own.flatMap(({ path: name, isOfCoded }) =>
    [name, ...withoutLanguage(name, languages)].map((one) => ({ path: one, isOfCoded })),
  );
  return named.flatMap((one) => {
    if (!PAGE.test(one.path)) return [one];
    const short = one.path.replace(PAGE, "");
    return short.endsWith("/") ? [one] : [one, { ...one, path: short }];
  });
}

/** "/a/page.html" of "/a/page.de.html", "/README" of "/README.de". */
function withoutLanguage(path: string, languages: readonly string[]): readonly string[] {
  const slash = path.lastIndexOf("/") + 1;
  const [folder, name] = [path.slice(0, slash), path.slice(slash)];
  const parts = name.split(".");
  return [parts.length - 2, parts.length - 1].flatMap((at) =>
    at > 0 && languages.includes(parts[at] ?? "")
      ? [folder + parts.toSpliced(at, 1).join(".")]
      : [],
  );
}

/** Not encoded by browsers when typed into a link (WHATWG URL Standard, section 1.3). */
const AS_TYPED = /%5B|%5D|%5E|%7C/g;

function spellingsOf(path: string): readonly string[] {
  const encoded = encodePath(path);
  const typed = encoded.replace(AS_TYPED, decodeURIComponent);
  return typed === encoded ? [encoded] : [encoded, typed];
}

/** For the names of files that are made: "html" of "/a/page.html"; "" where there is none. */
export function extensionOf(target: string): string {
  const name = target.slice(target.lastIndexOf("/") + 1);
  return /[^.]\.([A-Za-z0-9]{1,10})$/.exec(name)?.[1]?.toLowerCase() ?? "";
}
