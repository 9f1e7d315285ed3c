// Dead properties that outlive the server: files of JSON in a file system of their own, which
// nobody is served. A resource is a directory there, in the same place as here, and what is
// kept of it is the file "=properties" in it; so a tree moves in one step, as the resource does. A
// name that begins with "=" gets another one in front.
//
// Every change is whole or not at all, by the promise of every FileSystem. After a crash between a
// MOVE and the move here, properties stay under the old name, where they harm nobody.

import { Turns } from "../../base/turns.ts";
import type { FileSystem, OpenFile, Stat } from "../../vfs/file-system.ts";
import { FsError } from "../../vfs/fs-error.ts";
import { childOf, parentOf, ROOT, type VfsPath } from "../../vfs/path.ts";
import {
  copyFile,
  copyTree,
  makeDirectories,
  moveTree,
  type Place,
  removeTree,
  statIfThere,
  writerOf,
} from "../../vfs/tree.ts";
import { readUpTo } from "../file-answer.ts";
import {
  type DeadProperties,
  type DeadProperty,
  NO_PROPERTIES,
  type PropertyStore,
  propertiesOf,
} from "./property-store.ts";

const FILE = "=properties";
/** Twice what the limits allow is still read, should they have been lowered since. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** @param fileSystem writable, and for nothing else */
export function propertyFiles(fileSystem: FileSystem): PropertyStore {
  const turns = new Turns();
  const place = (path: VfsPath): Place => ({ fileSystem, path });
  const folderOf = (path: VfsPath) =>
    path === ROOT ? ROOT : path.slice(1).split("/").map(asName).reduce(childOf, ROOT);
  const fileOf = (path: VfsPath) => place(childOf(folderOf(path), FILE));

  const clear = async (path: VfsPath) => {
    await removeTree(place(folderOf(path)));
  };
  const copyOne = async (from: VfsPath, to: VfsPath) => {
    if ((await statIfThere(fileOf(from))) === undefined) return;
    await makeDirectories(place(folderOf(to)));
    await copyFile(fileOf(from), fileOf(to), { expected: "anything" });
  };
  return {
    async read(path, kind) {
      const record = await readRecord(fileOf(path));
      return record?.kind === kind ? record.properties : NO_PROPERTIES;
    },
    write: (path, kind, properties) =>
      turns.take(async () => {
        if (properties.size === 0) return removeIfThere(fileOf(path));
        await makeDirectories(place(folderOf(path)));
        await writeRecord(fileOf(path), { kind, properties });
      }),
    hasBelow: async (directory) => (await statIfThere(place(folderOf(directory)))) !== undefined,
    remove: (path) => turns.take(() => clear(path)),
    move: (from, to) =>
      turns.take(async () => {
        await clear(to);
        if ((await statIfThere(place(folderOf(from)))) === undefined) return;
        await makeDirectories(place(parentOf(folderOf(to))));
        await moveTree(place(folderOf(from)), place(folderOf(to)));
      }),
    copy: (from, to, isDeep) =>
      turns.take(async () => {
        await clear(to);
        if (!isDeep) return copyOne(from, to);
        if ((await statIfThere(place(folderOf(from)))) === undefined) return;
        await makeDirectories(place(parentOf(folderOf(to))));
        await copyTree(place(folderOf(from)), place(folderOf(to)));
      }),
  };
}

function asName(name: string): string {
  return name.startsWith("=") ? `=${name}` : name;
}

interface Kept {
  readonly kind: Stat["kind"];
  readonly properties: DeadProperties;
}

async function removeIfThere(place: Place): Promise<void> {
  if ((await statIfThere(place)) !== undefined) await writerOf(place).remove(place.path);
}

async function writeRecord(place: Place, { kind, properties }: Kept): Promise<void> {
  const text = JSON.stringify({ kind, properties: [...properties.values()] });
  const draft = await writerOf(place).write(place.path);
  try {
    await draft.write(Buffer.from(text));
    await draft.commit({ expected: "anything", modifiedMs: undefined });
  } finally {
    await draft.abort();
  }
}

/** undefined: there is none. */
async function readRecord(place: Place): Promise<Kept | undefined> {
  const file = await openIfThere(place);
  if (file === undefined) return undefined;
  try {
    const bytes = await readUpTo(file, Math.min(file.stat.size, FILE_BYTES_MAX));
    const record = recordOf(Buffer.from(bytes).toString());
    if (record !== undefined) return record;
    throw new FsError("unavailable", `${place.path} does not hold what it should`);
  } finally {
    await file.close();
  }
}

async function openIfThere({ fileSystem, path }: Place): Promise<OpenFile | undefined> {
  try {
    return await fileSystem.open(path);
  } catch (error) {
    if (error instanceof FsError && error.code === "not-found") return undefined;
    throw error;
  }
}

function recordOf(text: string): Kept | undefined {
  const value = jsonOf(text);
  if (!isObject(value) || !Array.isArray(value.properties)) return undefined;
  const { kind } = value;
  if (kind !== "file" && kind !== "directory") return undefined;
  const properties = value.properties.filter(isProperty);
  if (properties.length !== value.properties.length) return undefined;
  return { kind, properties: propertiesOf(properties) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null;
}

function isProperty(value: unknown): value is DeadProperty {
  return (
    isObject(value) &&
    typeof value.namespace === "string" &&
    typeof value.name === "string" &&
    typeof value.xml === "string"
  );
}
