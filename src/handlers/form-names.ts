// Names of files as people and browsers send them in forms: one segment of a path each. What a name
// may be otherwise is the file system's business (vfs/path.ts, vfs/disk-path.ts).

import { decodeSegment, ENCODED_SLASH } from "../http/percent.ts";
import { canNameFile, childOf, type VfsPath, vfsPathOf } from "../vfs/path.ts";

/** What file systems allow for one name. */
const NAME_BYTES_MAX = 255;

/**
 * The name of a chosen file. Some browsers send the whole path it has at home, with the slashes of
 * any system; what counts is behind the last one. undefined: no name.
 */
export function nameOfUpload(fileName: string): string | undefined {
  return writtenName(
    fileName.slice(Math.max(...["/", "\\"].map((c) => fileName.lastIndexOf(c))) + 1),
  );
}

/** A name that somebody typed, spaces around it dropped. undefined: no name for a new file. */
export function writtenName(text: string): string | undefined {
  const name = text.trim().normalize("NFC");
  if (name === "" || name === "." || name === ".." || FORBIDDEN.test(name)) return undefined;
  return Buffer.byteLength(name) > NAME_BYTES_MAX ? undefined : name;
}

/**
 * No slash of either kind, and nothing that cannot be seen: "a\nb" is a name that programs stumble
 * over. Half surrogate pairs stand for bytes that nobody can type.
 */
const FORBIDDEN = /[/\\\p{Cc}\p{Surrogate}]/u;

/**
 * An entry that the page itself named, percent-encoded as in its link: whatever names files have,
 * they come back unharmed. undefined: names no entry.
 */
export function encodedName(text: string): string | undefined {
  const name = decodeSegment(text);
  if (name === undefined || /^$|\//.test(name) || name.includes(ENCODED_SLASH)) return undefined;
  const path = vfsPathOf(`/${name}`);
  return path === `/${name}` && canNameFile(path) ? name : undefined;
}

/** "a (2).txt" of "a.txt": the ending stays what programs know it by. */
export function numberedName(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  const stem = dot <= 0 ? name : name.slice(0, dot);
  return `${stem} (${number})${name.slice(stem.length)}`;
}

/** The first of its numbered names that nobody has. undefined: all that were tried are taken. */
export async function freeName(
  directory: VfsPath,
  name: string,
  isTaken: (path: VfsPath) => Promise<boolean>,
): Promise<string | undefined> {
  for (let number = 2; number <= NUMBER_MAX; number++) {
    const numbered = numberedName(name, number);
    if (!(await isTaken(childOf(directory, numbered)))) return numbered;
  }
  return undefined;
}

const NUMBER_MAX = 100;
