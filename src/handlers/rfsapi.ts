// RFSAPI, the raw file system API of the server `http`: a GET with `X-Raw-Filesystem-API: 1` gets
// the facts about a file, or about what a directory holds, as JSON (vfs/rfsapi/messages.ts). It
// comes before ranges, index files and listings, and whether those are allowed does not matter.
//
// Up to a bound the answer is put together first, so that it has a length, as in the original;
// beyond it is sent in pieces while the directory is being read, however large that is.
//
// Names that are no UTF-8 have no form in JSON, and are left out; asked for directly they are a
// bad request, as in the original.

import type { Access } from "../http/access.ts";
import type { Field } from "../http/fields.ts";
import type { Context, Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import type { Body, Response } from "../http/response.ts";
import type { UrlPath } from "../http/target.ts";
import type { Entry, FileSystem, Stat } from "../vfs/file-system.ts";
import { childOf, nameOf, ROOT, type VfsPath, vfsPathOf } from "../vfs/path.ts";
import { END, fileText, type RawHead, startText, timeText } from "../vfs/rfsapi/messages.ts";
import { demand } from "./basic-auth.ts";
import { httpErrorOf } from "./fs-status.ts";
import { pathBelow } from "./location.ts";
import { type RawTypes, rawTypesOf } from "./raw-type.ts";
import { varying } from "./varying.ts";

export interface RfsapiOptions {
  readonly fileSystem: FileSystem;
  /** For people: the file system's name, and where the route is configured. */
  readonly fileSystemName: string;
  readonly origin: string;
  /** The route's path: its own root is what the API calls root. */
  readonly prefix: string;
  readonly writesSupported: boolean;
  /** Longer answers have no length beforehand. Default: 1 MiB, some 8,000 files. */
  readonly wholeBytesMax?: number;
}

const WHOLE_BYTES_MAX = 1024 * 1024;

export function rfsapi(inner: Handler, options: RfsapiOptions): Handler {
  const otherwise = varying(inner, NAME);
  const means = { ...options, types: rawTypesOf(options.fileSystem) };
  return (request, context) =>
    isMeant(request) ? answered(request, context, means) : otherwise(request, context);
}

const NAME = "X-Raw-Filesystem-API";
const FIELD = NAME.toLowerCase();

/** One line that says exactly "1"; "0" says that it is not meant, and so does whatever else. */
function isMeant({ method, fields }: Request): boolean {
  if (fields.count(FIELD) !== 1 || (method !== "GET" && method !== "HEAD")) return false;
  return fields.get(FIELD) === "1";
}

interface Means extends RfsapiOptions {
  readonly types: RawTypes;
}

const LONE_SURROGATE = /\p{Surrogate}/u;

async function answered(request: Request, context: Context, means: Means): Promise<Response> {
  const { target } = request;
  const { access } = context;
  if (target.kind === "asterisk") throw new HttpError(400, "the target * names no file");
  const { fileSystemName, origin, prefix } = means;
  const below = pathBelow(prefix, target.path) ?? "/";
  const subject = `${below} in file system ${fileSystemName} (${origin})`;
  if (LONE_SURROGATE.test(below)) throw new HttpError(400, `no UTF-8, and so no JSON: ${below}`);
  const path = vfsPathOf(below === "" ? "/" : below);
  if (path === undefined) throw new HttpError(404, `no file ${subject}`);
  const asked: Asked = { context, access, path, urlPath: target.path, means };
  try {
    const stat = await means.fileSystem.stat(path);
    context.trace?.note("handlers/rfsapi", `${path} is a ${stat.kind} → its facts as JSON`);
    if (stat.kind === "directory") return answer(await folderBody(asked, request.method));
    if (below.endsWith("/")) throw new HttpError(404, `a file is no directory: ${subject}`);
    const text = `${startText(headOf(asked, "file"))}${await record(asked, path, stat)}${END}`;
    return answer({ kind: "bytes", bytes: Buffer.from(text) });
  } catch (error) {
    throw httpErrorOf(error, subject);
  }
}

/** What is asked about. */
interface Asked {
  readonly context: Context;
  /** Of the request when it came: the context is its connection's, and goes on to others. */
  readonly access: Access | undefined;
  readonly path: VfsPath;
  readonly urlPath: UrlPath;
  readonly means: Means;
}

function answer(body: Body): Response {
  return { status: 200, fields: FIELDS, body };
}

/** No validators: they would be those of the file, and this is not the file. */
const FIELDS: readonly Field[] = [
  [NAME, "1"],
  ["Content-Type", "application/json; charset=utf-8"],
  ["Cache-Control", "no-cache"],
  ["Vary", NAME],
];

function headOf({ path, means }: Asked, kind: Stat["kind"]): RawHead {
  const isFile = kind === "file";
  return {
    writesSupported: means.writesSupported,
    isRoot: !isFile && path === ROOT,
    isFile,
  };
}

async function record({ means }: Asked, path: VfsPath, stat: Stat): Promise<string> {
  return fileText({
    mimeType: await means.types(path, stat),
    name: nameOf(path),
    lastModified: timeText(stat.modifiedMs, stat.modifiedNs),
    size: stat.size,
    isFile: stat.kind === "file",
  });
}

/** Read until it has ended or is too long to be kept; then what was read, and the rest. */
async function folderBody(asked: Asked, method: string): Promise<Body> {
  const { access, urlPath, means } = asked;
  demand(access, "list", urlPath);
  const { wholeBytesMax = WHOLE_BYTES_MAX } = means;
  const pieces = folderPieces(asked);
  const first: Buffer[] = [];
  let length = 0;
  for (;;) {
    const { value, done } = await pieces.next();
    if (done === true) return { kind: "bytes", bytes: Buffer.concat(first) };
    first.push(value);
    length += value.length;
    if (length > wholeBytesMax) break;
  }
  if (method === "HEAD") await pieces.return();
  return { kind: "stream", chunks: resumed(first, pieces), length: undefined };
}

/** Files that are looked into at a time, where their names say nothing. */
const BATCH = 16;

async function* folderPieces(asked: Asked): AsyncGenerator<Buffer, void, void> {
  const { path, means, context } = asked;
  let separator = startText(headOf(asked, "directory"));
  let batch: Entry[] = [];
  let nameless = 0;
  const piece = async (): Promise<Buffer> => {
    const records = await Promise.all(
      batch.map(({ name, stat }) => record(asked, childOf(path, name), stat)),
    );
    const text = separator + records.join();
    separator = records.length === 0 ? separator : ",";
    batch = [];
    return Buffer.from(text);
  };
  for await (const entry of means.fileSystem.list(path)) {
    if (LONE_SURROGATE.test(entry.name)) nameless++;
    else if (batch.push(entry) === BATCH) yield await piece();
  }
  if (nameless > 0) {
    context.trace?.note("handlers/rfsapi", `${nameless} names that are no UTF-8 are left out`);
  }
  const last = batch.length === 0 && separator === "," ? Buffer.alloc(0) : await piece();
  yield Buffer.concat([last, Buffer.from(END)]);
}

/** A generator that was begun: what it gave, then what it will give. */
function resumed(
  first: readonly Buffer[],
  rest: AsyncGenerator<Buffer, void, void>,
): AsyncIterable<Buffer> {
  const given = first.values();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const step = given.next();
        return step.done === true ? rest.next() : step;
      },
      return: () => rest.return(),
    }),
  };
}
