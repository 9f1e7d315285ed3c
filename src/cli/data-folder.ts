// Where programs keep what belongs to a user and should outlive an update: the XDG base directory
// specification on Linux and its like, each vendor's own place elsewhere.

import { posix, win32 } from "node:path";
import type { Io } from "./io.ts";

/** Ferrox's own folder in it. It need not exist yet. */
export function dataFolder({ env, platform, home }: Pick<Io, "env" | "platform" | "home">): string {
  if (platform === "win32") {
    return win32.join(env.LOCALAPPDATA || win32.join(home, "AppData", "Local"), "ferrox");
  }
  if (platform === "darwin") return posix.join(home, "Library", "Application Support", "ferrox");
  const named = env.XDG_DATA_HOME;
  // "All paths set in these environment variables must be absolute", else they do not count.
  const folder = named?.startsWith("/") ? named : posix.join(home, ".local", "share");
  return posix.join(folder, "ferrox");
}
