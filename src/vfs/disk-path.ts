// Names as a disk has them, and how they relate to a VfsPath. Pure: text in, text out.
//
// Inside this folder a path on disk is text too, with bytes that are no UTF-8 escaped (see
// base/surrogate-escape.ts), so that two names are the same exactly when their text is. Only
// onDisk() turns it into what node:fs wants, on the way into a system call.

import { sep } from "node:path";
import { bytesOfText } from "../base/surrogate-escape.ts";
import { canNameFile, type VfsPath } from "./path.ts";

const LONE_SURROGATE = /\p{Surrogate}/u;
const WELL_KNOWN = "/.well-known";

/** Where `path` would lie below the folder `base`. */
export function below(base: string, path: VfsPath): string {
  if (path === "/") return base;
  const names = sep === "/" ? path.slice(1) : path.slice(1).replaceAll("/", sep);
  return base.endsWith(sep) ? base + names : base + sep + names;
}

/**
 * Whether a real path is `base` or lies below it. Whole segments are compared: /www-secret is
 * not inside /www.
 */
export function isInside(realPath: string, base: string): boolean {
  if (realPath === base) return true;
  const prefix = base.endsWith(sep) ? base : base + sep;
  return realPath.startsWith(prefix);
}

/**
 * Whether some segment starts with a dot. "/.well-known" does not count (RFC 8615), but names
 * with a dot below it do: what is published there has plain names.
 */
export function isDotfile(path: VfsPath): boolean {
  const isWellKnown = path === WELL_KNOWN || path.startsWith(`${WELL_KNOWN}/`);
  return path.includes("/.", isWellKnown ? WELL_KNOWN.length : 0);
}

/**
 * Names that belong to the server, in whatever segment: drafts above all. In either case, for some
 * disks do not tell them apart.
 */
export function isOwnName(path: VfsPath): boolean {
  return OWN_NAME.test(path);
}

const OWN_NAME = /\/\.ferrox-/iu;

/**
 * Whether what is made there can be opened again: the kernel takes no longer paths. Without this a
 * directory could be made, step by step, that nobody can list or remove.
 */
export function isShortEnough(diskPath: string): boolean {
  return bytesOfText(diskPath).length <= DISK_PATH_BYTES_MAX;
}

/** PATH_MAX is 4,096; the root may be reached through links, and be longer than it is written. */
const DISK_PATH_BYTES_MAX = 3_840;

/** Whether a file on this system could have that name, and only that name. */
export function isDiskName(path: VfsPath): boolean {
  return canNameFile(path) && (sep === "/" || isWindowsName(path));
}

// NTFS streams (colon), a second separator, wildcards, control characters; names that Windows
// shortens before it looks (trailing dot or space); devices; 8.3 names, which are second names.
const NOT_ON_WINDOWS = /[\\:*?"<>|\p{Cc}]|[. ](?:\/|$)|~\d+(?:\.[^/.]*)?(?:\/|$)/u;
const WINDOWS_DEVICE =
  /\/(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])[ ]*(?:\.[^/]*)?(?:\/|$)/iu;

/** Exported for its test: elsewhere than on Windows nothing asks. */
export function isWindowsName(path: VfsPath): boolean {
  return !NOT_ON_WINDOWS.test(path) && !WINDOWS_DEVICE.test(path);
}

/** A path for node:fs: text where that says it, else bytes. */
export function onDisk(diskPath: string): string | Buffer {
  return LONE_SURROGATE.test(diskPath) ? bytesOfText(diskPath) : diskPath;
}
