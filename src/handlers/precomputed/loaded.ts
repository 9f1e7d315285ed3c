// A resource ready to be answered with: each representation's fields are parsed once, and what is
// small enough lies in memory as an answer that can be sent again and again. Nothing about an answer
// is computed when it is asked for.

import { parseDate } from "../../http/date.ts";
import { NO_BODY, type Response, reusable, writtenAs } from "../../http/response.ts";
import type { FileSystem, OpenFile, Stat } from "../../vfs/file-system.ts";
import { type VfsPath, vfsPathOf } from "../../vfs/path.ts";
import { readUpTo } from "../file-answer.ts";
import type { Representation } from "../representation.ts";
import { varyOf } from "./choose.ts";
import { isFlatBuffer, readFlatBuffer } from "./flatbuffer.ts";
import { fieldsIn, fieldValue, linesIn } from "./header-block.ts";
import { readJson } from "./json-form.ts";
import { BadResource, type Resource, type StoredRepresentation } from "./resource.ts";

/** A file of the store, as it was when it was read. */
export interface Origin {
  readonly path: VfsPath;
  readonly stat: Stat;
}

export interface Loaded {
  readonly resource: Resource;
  /** By index. */
  readonly representations: readonly Ready[];
  /** For Vary; "": nothing is negotiated. */
  readonly vary: string;
  /** All that it was made of: as long as these hold, it does. */
  readonly origins: readonly Origin[];
  /** In memory. */
  readonly bytes: number;
}

export type Ready =
  | {
      readonly kind: "ready";
      readonly status: number;
      /** For conditions and ranges. */
      readonly representation: Representation;
      readonly content: ReadyContent;
      /** All of it, where it lies in memory. */
      readonly whole: Response | undefined;
      /** Fields without content. */
      readonly notModified: Response;
    }
  /** Only when it is chosen it matters. */
  | { readonly kind: "broken"; readonly why: string };

export type ReadyContent =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** From an offset of a file on. */
  | { readonly kind: "file"; readonly origin: Origin; readonly from: number };

/** Larger sources are read when they are asked for. */
const KEPT_BYTES_MAX = 256 * 1024;
/** A resource is fields and short texts; large contents belong into files. */
const RESOURCE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * @throws BadResource for a file that is no resource
 * @throws FsError when it cannot be read
 */
export async function load(fileSystem: FileSystem, path: VfsPath): Promise<Loaded> {
  const file = await fileSystem.open(path);
  try {
    const { size } = file.stat;
    if (size > RESOURCE_BYTES_MAX)
      throw new BadResource(`it has more than ${RESOURCE_BYTES_MAX} bytes`);
    const bytes = await readUpTo(file, size);
    const resource = isFlatBuffer(bytes) ? readFlatBuffer(bytes) : readJson(bytes);
    return await loadedFrom(resource, { path, stat: file.stat }, fileSystem);
  } finally {
    await file.close();
  }
}

/** A resource that lies in no file. */
export function loadedHere(resource: Resource): Loaded {
  const vary = varyOf(resource);
  const representations = resource.representations.map((stored) => withoutFile(stored, vary));
  return { resource, representations, vary, origins: [], bytes: 0 };
}

async function loadedFrom(
  resource: Resource,
  own: Origin,
  fileSystem: FileSystem,
): Promise<Loaded> {
  const vary = varyOf(resource);
  const origins = [own];
  const representations: Ready[] = [];
  const known = new Map<string, Ready>();
  let bytes = own.stat.size;
  for (const stored of resource.representations) {
    const { source } = stored;
    if (source?.kind !== "file") {
      representations.push(withoutFile(stored, vary));
      continue;
    }
    // The same thing may stand in several places of the server's preference.
    const key = JSON.stringify([source.name, { ...stored, source: undefined }]);
    const before = known.get(key);
    if (before !== undefined) {
      representations.push(before);
      continue;
    }
    const file = await openSource(fileSystem, source.name);
    const ready = typeof file === "string" ? broken(file) : await fromFile(stored, file, vary);
    known.set(key, ready);
    representations.push(ready);
    if (typeof file === "string") continue;
    origins.push(file.origin);
    if (ready.kind === "ready" && ready.content.kind === "bytes") bytes += file.origin.stat.size;
  }
  return { resource, representations, vary, origins, bytes };
}

function withoutFile(stored: StoredRepresentation, vary: string): Ready {
  const { source } = stored;
  if (source?.kind !== "inline") return broken("it has no source");
  return readyOr(() => inMemory(stored, source.contents, vary));
}

interface OpenSource {
  readonly file: OpenFile;
  readonly origin: Origin;
}

/** A text says why there is none. */
async function openSource(fileSystem: FileSystem, name: string): Promise<OpenSource | string> {
  // Names lead into the store and nowhere else; the file system sees to links.
  const path = name.startsWith("/") ? undefined : vfsPathOf(`/${name}`);
  if (path === undefined) return `the file ${JSON.stringify(name)} does not lie in the store`;
  try {
    const file = await fileSystem.open(path);
    return { file, origin: { path, stat: file.stat } };
  } catch (error) {
    return `the file ${name} cannot be opened: ${error instanceof Error ? error.message : error}`;
  }
}

async function fromFile(
  stored: StoredRepresentation,
  { file, origin }: OpenSource,
  vary: string,
): Promise<Ready> {
  try {
    const { size } = origin.stat;
    const { headerLength } = stored;
    if (headerLength > size) return broken(`${origin.path} is shorter than its header_length`);
    if (size <= KEPT_BYTES_MAX) {
      const bytes = await readUpTo(file, size);
      return readyOr(() => inMemory(stored, bytes, vary));
    }
    if (headerLength > KEPT_BYTES_MAX) return broken("its header_length is too large");
    const block = await readUpTo(file, headerLength);
    const content = { kind: "file", origin, from: headerLength } as const;
    return readyOr(() => readyWith(stored, { block, content, size: size - headerLength, vary }));
  } finally {
    await file.close();
  }
}

function inMemory(stored: StoredRepresentation, bytes: Uint8Array, vary: string): Ready {
  const { headerLength } = stored;
  if (headerLength > bytes.length) throw new BadResource("it is shorter than its header_length");
  const block = bytes.subarray(0, headerLength);
  const body = bytes.subarray(headerLength);
  const content = { kind: "bytes", bytes: body } as const;
  return readyWith(stored, { block, content, size: body.length, vary });
}

interface Parts {
  readonly block: Uint8Array;
  readonly content: ReadyContent;
  readonly size: number;
  readonly vary: string;
}

function readyWith(
  { status, etag, lastModified }: StoredRepresentation,
  { block, content, size, vary }: Parts,
): Ready {
  const own = fieldsIn(block);
  const fields = writtenAs(
    vary === "" ? own : [["Vary", vary], ...own],
    (vary === "" ? "" : `Vary: ${vary}\r\n`) + linesIn(block),
  );
  const modified = fieldValue(own, "last-modified");
  const lastModifiedMs =
    lastModified === undefined ? dateIn(modified) : lastModified * MILLISECONDS;
  const body =
    content.kind !== "bytes" ? undefined : size === 0 ? NO_BODY : ({ ...content } as const);
  return {
    kind: "ready",
    status,
    representation: {
      fields,
      mediaType: fieldValue(own, "content-type") ?? "application/octet-stream",
      size,
      validators: { etag: etag ?? fieldValue(own, "etag"), lastModifiedMs },
    },
    content,
    whole: body && reusable({ status, fields, body, verbatim: true }),
    notModified: reusable({ status: 304, fields, body: NO_BODY, verbatim: true }),
  };
}

const MILLISECONDS = 1000;

function dateIn(value: string | undefined): number | undefined {
  return value === undefined ? undefined : parseDate(value, 0);
}

function broken(why: string): Ready {
  return { kind: "broken", why };
}

function readyOr(make: () => Ready): Ready {
  try {
    return make();
  } catch (error) {
    if (error instanceof BadResource) return broken(error.message);
    throw error;
  }
}
