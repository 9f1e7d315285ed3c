// Addresses without ".html": "/about" is about.html, and "/about.html" leads there, so that a page
// has one address; so are ".htm" and ".shtml", where no page is before them. In the same way "/docs/index.html" leads to "/docs/".
//
// A file that has the very name asked for comes first. A page comes before a directory of the same
// name: "/about" is about.html, "/about/" what is in the directory. Nobody is led to an address
// that would not give the very same file, so nothing goes round in circles; and only files that
// are there lead anywhere, so a missing page is missing under both of its addresses.

import { childOf, nameOf, parentOf, type VfsPath } from "../vfs/path.ts";
import type { Router } from "./static-choice.ts";

export interface CleanFacts {
  readonly path: VfsPath;
  readonly found: "file" | "directory" | "nothing";
  readonly router: Router;
  readonly indexNames: readonly string[];
}

export type CleanPlace =
  /** Answered with this file. */
  | { readonly kind: "page"; readonly path: VfsPath }
  /** Known by the same address without its end. */
  | { readonly kind: "shorter"; readonly ending: string };

/**
 * undefined: nothing but what the path says anyway.
 * @param facts of a path that was asked for without a slash at its end
 */
export async function cleanPlace(
  facts: CleanFacts,
  isFile: (path: VfsPath) => Promise<boolean>,
): Promise<CleanPlace | undefined> {
  const { path, found } = facts;
  const name = nameOf(path);
  if (name === "") return undefined;
  if (found === "file") return shorterName(facts, isFile);
  const page = await pageOf(path, isFile);
  if (page === undefined) return undefined;
  if (await isTheIndex(page, facts, isFile)) return { kind: "shorter", ending: name };
  return { kind: "page", path: page };
}

/** In this order. */
const ENDINGS = [".html", ".htm", ".shtml"] as const;

async function pageOf(
  path: VfsPath,
  isFile: (path: VfsPath) => Promise<boolean>,
): Promise<VfsPath | undefined> {
  for (const ending of ENDINGS) {
    const page = childOf(parentOf(path), nameOf(path) + ending);
    if (await isFile(page)) return page;
  }
  return undefined;
}

async function shorterName(
  facts: CleanFacts,
  isFile: (path: VfsPath) => Promise<boolean>,
): Promise<CleanPlace | undefined> {
  const { path, indexNames } = facts;
  const name = nameOf(path);
  if (await isTheIndex(path, facts, isFile)) return { kind: "shorter", ending: name };
  const ending = ENDINGS.find((one) => name.endsWith(one)) ?? "";
  const stem = name.slice(0, name.length - ending.length);
  // "/." and "/.." are no names, whatever a file is called.
  if (ending === "" || /^\.{0,2}$/.test(stem)) return undefined;
  if (indexNames.includes(name) || indexNames.includes(stem)) return undefined;
  const short = childOf(parentOf(path), stem);
  if ((await isFile(short)) || (await pageOf(short, isFile)) !== path) return undefined;
  return { kind: "shorter", ending };
}

/** Whether its directory is answered with it. In an application no directory is. */
async function isTheIndex(
  path: VfsPath,
  { router, indexNames }: CleanFacts,
  isFile: (path: VfsPath) => Promise<boolean>,
): Promise<boolean> {
  const name = nameOf(path);
  if (router === "spa" || !indexNames.includes(name)) return false;
  for (const other of indexNames) {
    if (other === name) return true;
    if (await isFile(childOf(parentOf(path), other))) return false;
  }
  return false;
}
