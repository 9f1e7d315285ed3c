// A VfsPath names a file in a FileSystem: "/" or "/segment/segment", decoded, no "." or "..", no
// empty segment, no NUL, no trailing slash. Only this file makes one, so whoever has one need not
// check again.

import { bytesOfText, textOfBytes } from "../base/surrogate-escape.ts";

/** See the head of this file. Bytes that are no UTF-8 stand as in base/surrogate-escape.ts. */
export type VfsPath = string & { readonly [vfsPath]: true };
declare const vfsPath: unique symbol;

export const ROOT: VfsPath = "/" as VfsPath;

/**
 * A decoded path as a VfsPath: repeated and trailing slashes are dropped.
 * undefined: not a name any file could have ("..", ".", NUL, or not starting with "/").
 */
export function vfsPathOf(path: string): VfsPath | undefined {
  if (!path.startsWith("/") || path.includes("\0")) return undefined;
  const segments = path.split("/").filter((segment) => segment !== "");
  if (segments.some((segment) => segment === "." || segment === "..")) return undefined;
  return `/${segments.join("/")}` as VfsPath;
}

/** The path of an entry. `name` is one segment, as a listing gave it. */
export function childOf(parent: VfsPath, name: string): VfsPath {
  return (parent === "/" ? `/${name}` : `${parent}/${name}`) as VfsPath;
}

/** The directory that holds it; the root is its own. */
export function parentOf(path: VfsPath): VfsPath {
  const cut = path.lastIndexOf("/");
  return (cut <= 0 ? "/" : path.slice(0, cut)) as VfsPath;
}

/** `path` below another one. */
export function joined(base: VfsPath, path: VfsPath): VfsPath {
  if (base === "/") return path;
  return (path === "/" ? base : base + path) as VfsPath;
}

/** Whether `path` lies below `directory`: deeper by whole segments. */
export function isBelow(directory: VfsPath, path: VfsPath): boolean {
  return path !== directory && path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** As seen from `base`, which is `path` or above it. */
export function relativeTo(base: VfsPath, path: VfsPath): VfsPath {
  if (base === "/") return path;
  return (path === base ? "/" : path.slice(base.length)) as VfsPath;
}

/** The last segment; "" for the root. */
export function nameOf(path: VfsPath): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Whether some file could have that name, and only that name. An escape that stands for no byte
 * (U+DC2F, an encoded slash inside a segment), or for bytes that are UTF-8 after all, names none.
 */
export function canNameFile(path: VfsPath): boolean {
  return !LONE_SURROGATE.test(path) || textOfBytes(bytesOfText(path)) === path;
}
