// Where the served folder really is, now. Its path may go through symlinks (…/current →
// …/releases/42), and those may be turned while we run.
//
// A path without symlinks is its own real path for as long as anything can be found below it:
// nothing with a real path of /srv/www/… can be anywhere else than in /srv/www. So that common
// kind of root is asked for once; one that goes through a link is asked for each time.

import { realpath } from "node:fs";
import { textOfBytes } from "../base/surrogate-escape.ts";
import { onDisk } from "./disk-path.ts";

export class DiskRoot {
  readonly #path: string;
  #isPlain = false;

  /** @param path absolute, normalised; nothing needs to be there yet */
  constructor(path: string) {
    this.#path = path;
  }

  /** Rejects with the system's error when nothing is there. */
  async realPath(): Promise<string> {
    if (this.#isPlain) return this.#path;
    const found = await realPathOf(this.#path);
    this.#isPlain = found === this.#path;
    return found;
  }

  /** Whether realPath() would now say something else. */
  async hasMovedFrom(realPath: string): Promise<boolean> {
    this.#isPlain = false;
    return (await this.realPath()) !== realPath;
  }
}

/** The real path of anything on disk. */
export function realPathOf(diskPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    realpath.native(onDisk(diskPath), "buffer", (error, bytes) => {
      if (error) reject(error);
      else resolve(textOfBytes(bytes));
    });
  });
}
