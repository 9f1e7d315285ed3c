// The marks by which an overlay remembers what was removed, as layers of container images have them
// (OCI image layer specification, "Whiteouts"): a file ".wh.NAME" says that NAME of the layers below
// is gone; a file ".wh..wh..opq" in a directory says that nothing of them shows through there.

import { childOf, nameOf, parentOf, type VfsPath } from "./path.ts";

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/** The file that says: what lower layers have here is gone. */
export function whiteoutOf(path: VfsPath): VfsPath {
  return childOf(parentOf(path), WHITEOUT + nameOf(path));
}

/** The file in a directory that says: nothing of lower layers shows through. */
export function opaqueMarkOf(directory: VfsPath): VfsPath {
  return childOf(directory, OPAQUE);
}

/** Nobody may name a mark, neither to see one nor to make one. */
export function hasMark(path: VfsPath): boolean {
  return path.includes(`/${WHITEOUT}`);
}

export function isMark(name: string): boolean {
  return name.startsWith(WHITEOUT);
}

/** What a whiteout of this name is about. */
export function markedName(name: string): string {
  return name.slice(WHITEOUT.length);
}
