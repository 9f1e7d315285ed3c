// How paths and names stand in the commands of messages.ts, and which of ours can stand there.

import { nameOf, ROOT, type VfsPath, vfsPathOf } from "../path.ts";
import type { WirePath } from "./messages.ts";

/** The root is nothing at all there. */
export function wirePathOf(path: VfsPath): WirePath {
  return path === ROOT ? "" : path;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Commands are UTF-8: names that are none (base/surrogate-escape.ts) cannot be said. */
export function canBeSaid(path: VfsPath): boolean {
  return !LONE_SURROGATE.test(path);
}

/** Whether a listing may have it: one segment, and none that leads elsewhere. */
export function isName(text: string): boolean {
  const path = vfsPathOf(`/${text}`);
  return path !== undefined && path !== ROOT && nameOf(path) === text && `/${text}` === path;
}
