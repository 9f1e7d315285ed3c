// Paths as people write them, seen from somewhere: "..", "./a", "/a//b". path.ts has none of this,
// for what comes from the network must never mean another place than it says.

import { nameOf, parentOf, ROOT, type VfsPath, vfsPathOf } from "./path.ts";

/**
 * Where `text` leads from `base`: "." stays, ".." goes up and stops at the root, a slash at the
 * beginning starts there, repeated slashes are one. undefined: no path (it ends with a slash, or has
 * a NUL in it).
 */
export function pathFrom(base: VfsPath, text: string): VfsPath | undefined {
  if (text === "/") return ROOT;
  if (text.endsWith("/")) return undefined;
  let path = text.startsWith("/") ? ROOT : base;
  for (const segment of text.split("/")) {
    if (segment === "" || segment === ".") continue;
    const next = segment === ".." ? parentOf(path) : vfsPathOf(`${path}/${segment}`);
    if (next === undefined) return undefined;
    path = next;
  }
  return path;
}

/** After the last dot: "bar" of ".name.bar", "" of "name."; undefined: ".name" and "name" have none. */
export function extensionOf(path: VfsPath): string | undefined {
  const name = nameOf(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot + 1) : undefined;
}
