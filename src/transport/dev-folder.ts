// The folder that keeps development keys and certificates. Several servers may start at once, so
// no file is ever seen half written: it is made in a folder of its own and then put in place,
// either only where there is none yet (keys: the first wins) or over the one before.

import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "../base/system-error.ts";

export const SECRET = 0o600;
export const PUBLIC = 0o644;

/** For its owner only when it has to be made; a folder that exists is left as it is. */
export async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdirOnce(dir);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(dir) === dir) throw error;
    // Not mkdir's own `recursive`: where nothing can be made (/proc/x) it tries for ever.
    await makeFolder(dirname(dir));
    await mkdirOnce(dir);
  }
}

async function mkdirOnce(dir: string): Promise<void> {
  try {
    await mkdir(dir, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST" || !(await stat(dir)).isDirectory()) throw error;
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "latin1");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Takes a key away from everybody else's eyes, should it have been copied here with others. */
export async function keepSecret(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) await chmod(path, SECRET);
}

/** Puts a file where there is none; when there is one, that one stays. */
export function writeFirst(dir: string, name: string, text: string, mode: number): Promise<void> {
  return throughTemporary(dir, { name, text, mode }, async (made, place) => {
    try {
      await link(made, place);
    } catch (error) {
      if (codeOf(error) === "EEXIST") return;
      // File systems without links (exFAT, some shares): then the last one wins.
      if (!["EPERM", "ENOTSUP", "ENOSYS", "EMLINK"].includes(codeOf(error) ?? "")) throw error;
      await rename(made, place);
    }
  });
}

export function writeOver(dir: string, name: string, text: string, mode: number): Promise<void> {
  return throughTemporary(dir, { name, text, mode }, rename);
}

/** Kept beside, not deleted: somebody may have put it there with a reason. */
export async function setAside(dir: string, name: string): Promise<void> {
  try {
    await rename(join(dir, name), join(dir, `${name}.damaged`));
  } catch (error) {
    // Another start was faster.
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

export async function removeIfThere(dir: string, name: string): Promise<void> {
  await rm(join(dir, name), { force: true });
}

const TEMPORARY = ".making-";

/** Of no interest to people: they never named it. */
export function isTemporary(path: string): boolean {
  return path.includes(TEMPORARY);
}

async function throughTemporary(
  dir: string,
  file: { readonly name: string; readonly text: string; readonly mode: number },
  place: (made: string, to: string) => Promise<void>,
): Promise<void> {
  const temporary = await mkdtemp(join(dir, TEMPORARY));
  try {
    const made = join(temporary, file.name);
    await writeFile(made, file.text, { mode: file.mode, flush: true });
    await place(made, join(dir, file.name));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
