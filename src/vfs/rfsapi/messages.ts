// What is said in RFSAPI, the raw file system API of the server `http`: JSON about one file or one
// directory. Written by handlers/rfsapi.ts, read by client.ts; both ends know the form from here.
//
// The order of the keys and the absence of blanks are those of the original. Reading is strict, as
// its own client is: a key that is unknown, missing or there twice is an error, and so is a date, a
// media type or a name that cannot be one.

/** One file or directory, as its directory knows it. */
export interface RawFile {
  /** "text/plain"; of directories "text/directory". */
  readonly mimeType: string;
  /** One segment of a path. */
  readonly name: string;
  /** As written: "2020-04-22T13:02:57.928406978Z". */
  readonly lastModified: string;
  /** Bytes; 0 of directories. */
  readonly size: number;
  readonly isFile: boolean;
}

/** What is above the files. */
export interface RawHead {
  readonly writesSupported: boolean;
  readonly isRoot: boolean;
  readonly isFile: boolean;
}

export interface RawFolder extends RawHead {
  /** Of a file, itself alone; of a directory what it holds, in no order. */
  readonly files: readonly RawFile[];
}

export const DIRECTORY_TYPE = "text/directory";

/** Up to the first file. What follows are files with commas between them, and END. */
export function startText({ writesSupported, isRoot, isFile }: RawHead): string {
  const head = { writes_supported: writesSupported, is_root: isRoot, is_file: isFile };
  return `${JSON.stringify(head).slice(0, -1)},"files":[`;
}

export const END = "]}";

export function fileText({ mimeType, name, lastModified, size, isFile }: RawFile): string {
  return JSON.stringify({
    mime_type: mimeType,
    name,
    last_modified: lastModified,
    size,
    is_file: isFile,
  });
}

/**
 * RFC 3339 in UTC; the fraction has nine digits, or is not there when it is zero.
 * @param modifiedMs undefined: not known, and then it is 1970, for the form has no word for that
 * @param modifiedNs the same to the nanosecond, where that is known; a double knows a quarter of a
 *   microsecond, so without it only microseconds are told
 */
export function timeText(modifiedMs: number | undefined, modifiedNs?: bigint): string {
  const nanoseconds = modifiedNs ?? nanosecondsOf(modifiedMs ?? 0);
  const fraction = ((nanoseconds % SECOND_NS) + SECOND_NS) % SECOND_NS;
  const ms = Number((nanoseconds - fraction) / 1_000_000n);
  const date = new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS));
  const digits = fraction === 0n ? "" : `.${String(fraction).padStart(9, "0")}`;
  return date.toISOString().replace(/\.000Z$/, `${digits}Z`);
}

const SECOND_NS = 1_000_000_000n;

// The years that four digits can say, in whole seconds (RFC 3339, section 5.6).
const FIRST_MS = -62_167_219_200_000;
const LAST_MS = 253_402_300_799_000;

function nanosecondsOf(ms: number): bigint {
  const whole = Math.floor(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1000)) * 1000n;
}

/** @throws Error that says what is wrong with it */
export function readFolder(text: string): RawFolder {
  const value: unknown = JSON.parse(text);
  // JSON.parse lets the last of two equal keys win, silently.
  if (keysIn(value) !== keysWritten(text)) throw new Error("a key is there twice");
  const [writesSupported, isRoot, isFile, files] = valuesOf(value, FOLDER_KEYS, "the answer");
  const head = {
    writesSupported: booleanOf(writesSupported, "writes_supported"),
    isRoot: booleanOf(isRoot, "is_root"),
    isFile: booleanOf(isFile, "is_file"),
  };
  if (!Array.isArray(files)) throw new Error("files is no list");
  const read = files.map(readFile);
  if (head.isFile && (read.length !== 1 || read[0]?.isFile !== true)) {
    throw new Error("a file is not described by itself alone");
  }
  return { ...head, files: read };
}

const FOLDER_KEYS = ["writes_supported", "is_root", "is_file", "files"] as const;
const FILE_KEYS = ["mime_type", "name", "last_modified", "size", "is_file"] as const;

function readFile(value: unknown): RawFile {
  const [mimeType, name, lastModified, size, isFile] = valuesOf(value, FILE_KEYS, "a file");
  if (typeof mimeType !== "string" || !MEDIA_TYPE.test(mimeType)) {
    throw new Error(`${shown(mimeType)} is no media type`);
  }
  if (typeof name !== "string" || !isSegment(name)) throw new Error(`${shown(name)} is no name`);
  if (typeof lastModified !== "string" || modifiedMsOf(lastModified) === undefined) {
    throw new Error(`${shown(lastModified)} is no date`);
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new Error(`${shown(size)} is no size`);
  }
  return { mimeType, name, lastModified, size, isFile: booleanOf(isFile, "is_file") };
}

/** RFC 9110, section 8.3.1, with its parameters. */
const MEDIA_TYPE =
  /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:[ \t]*;[ \t]*[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"[^"\\]*"))*$/;

/** A server must not lead whoever walks its tree out of it. */
function isSegment(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name);
}

const DATE =
  /^(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:)([0-5]\d|60)(\.\d{1,9})?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i;

/** Milliseconds since 1970, with fractions; undefined when it is no date (RFC 3339, section 5.6). */
export function modifiedMsOf(text: string): number | undefined {
  const [, start, seconds, fraction = "0", sign, hours = "0", minutes = "0"] =
    DATE.exec(text) ?? [];
  if (start === undefined) return undefined;
  const minute = `${start.toUpperCase()}00.000Z`;
  const ms = Date.parse(minute);
  // Date.parse knows a 30th of February; written again it is another day.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== minute) return undefined;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  const local = ms + Number(seconds) * 1000 + Number(fraction) * 1000;
  return sign === "+" ? local - offsetMs : local + offsetMs;
}

/** @throws Error unless the value is an object with these keys and no others */
function valuesOf(value: unknown, keys: readonly string[], what: string): readonly unknown[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${what} is no object`);
  }
  const values = new Map<string, unknown>(Object.entries(value));
  const missing = keys.find((key) => !values.has(key));
  if (missing !== undefined) throw new Error(`${what} has no ${missing}`);
  const unknown = [...values.keys()].find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new Error(`${what} has an unknown key ${shown(unknown)}`);
  return keys.map((key) => values.get(key));
}

function booleanOf(value: unknown, key: string): boolean {
  if (typeof value !== "boolean") throw new Error(`${key} is neither true nor false`);
  return value;
}

function shown(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 100);
}

/** Of all objects in it together. */
function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const children: readonly unknown[] = Object.values(value);
  const own = Array.isArray(value) ? 0 : children.length;
  return children.reduce((count: number, child) => count + keysIn(child), own);
}

/**
 * In the text, which is known to be JSON: then quotes stand around strings only, and a string is a
 * key when a colon follows it.
 */
function keysWritten(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at++;
    while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    at++;
    while (/[ \t\r\n]/.test(text[at] ?? "")) at++;
    if (text[at] === ":") count++;
  }
  return count;
}
