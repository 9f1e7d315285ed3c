// A directory, or a file, as one archive: for those who ask for it (archive-wish.ts). Made while it
// is sent, in memory that does not grow with what is in it. Comes before everything else that a
// route of files says, RFSAPI too, as in the server `http`.
//
// Links are followed or hidden by the file system, never archived as links: a FileSystem has none.
// What this user may not read is left out, and so is what cannot be read at all, which the log says.
// An archive that lacks part of a file, or ends before all entries are in it, is sent to its end all
// the same, and then the connection is cut: whoever saved it has what there was, and knows that it
// is not all.

import type { Access } from "../http/access.ts";
import { attachment } from "../http/disposition.ts";
import type { Field } from "../http/fields.ts";
import type { Context, Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { essenceOf, type MediaTypes } from "../http/media-type.ts";
import type { Request } from "../http/request.ts";
import type { Response } from "../http/response.ts";
import { type UrlPath, urlPathBelow } from "../http/target.ts";
import type { FileSystem, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { nameOf, relativeTo, type VfsPath, vfsPathOf } from "../vfs/path.ts";
import { type Losses, membersOf, noLosses } from "./archive-members.ts";
import type { ArchiveSlots } from "./archive-slots.ts";
import { type ArchiveWish, archiveKindOf, mayBeForm, wishInForm, wishOf } from "./archive-wish.ts";
import { demand } from "./basic-auth.ts";
import { httpErrorOf } from "./fs-status.ts";
import { gathered } from "./gathered.ts";
import { pathBelow } from "./location.ts";
import { tarOf } from "./tar-archive.ts";
import { varying } from "./varying.ts";
import { zipOf } from "./zip-archive.ts";

export interface ArchiveOptions {
  readonly fileSystem: FileSystem;
  /** For people: the file system's name, and where the route is configured. */
  readonly fileSystemName: string;
  readonly origin: string;
  /** The route's path. */
  readonly prefix: string;
  readonly mediaTypes: MediaTypes;
  /** Shared by all routes. */
  readonly slots: ArchiveSlots;
  /** Of one archive. */
  readonly entriesMax: number;
}

export function archives(inner: Handler, options: ArchiveOptions): Handler {
  const otherwise = varying(inner, "Accept");
  return (request, context) => {
    const wish = wishOf(request);
    const { access } = context;
    if (wish !== undefined) return answered({ request, context, access, wish, options }, otherwise);
    if (mayBeForm(request)) return byForm({ request, context, access, options }, otherwise);
    return otherwise(request, context);
  };
}

const WHERE = "handlers/archive";

interface Job {
  readonly request: Request;
  readonly context: Context;
  /** Of the request when it came: the context is its connection's, and goes on to others. */
  readonly access: Access | undefined;
  readonly wish: ArchiveWish;
  readonly options: ArchiveOptions;
}

/** The form is read to know it; whoever else is meant finds the body as it was. */
async function byForm(asked: Omit<Job, "wish">, otherwise: Handler): Promise<Response> {
  const { request, context } = asked;
  const pieces: Buffer[] = [];
  for await (const piece of request.body) pieces.push(Buffer.from(piece));
  const form = Buffer.concat(pieces);
  const body = {
    length: form.length,
    async *[Symbol.asyncIterator]() {
      yield form;
    },
  };
  const { method, target, host, version, fields } = request;
  const again: Request = { method, target, host, version, fields, body };
  const wish = wishInForm(form);
  return wish === undefined
    ? otherwise(again, context)
    : answered({ ...asked, request: again, wish }, otherwise);
}

async function answered(job: Job, otherwise: Handler): Promise<Response> {
  const { request, context, wish, options } = job;
  const { fileSystem, fileSystemName, origin, prefix, mediaTypes } = options;
  const { target } = request;
  if (target.kind === "asterisk") return otherwise(request, context);
  const below = pathBelow(prefix, target.path) ?? "/";
  const path = vfsPathOf(below === "" ? "/" : below);
  const stat = path === undefined ? undefined : await look(fileSystem, path);
  // What is not there, the others know to say, and a file that is such an archive is sent as it is.
  if (path === undefined || stat === undefined) return otherwise(request, context);
  if (stat.kind === "file" && below.endsWith("/")) return otherwise(request, context);
  const own = essenceOf(mediaTypes.typeOf(nameOf(path)));
  if (stat.kind === "file" && wish.by === "accept" && archiveKindOf(own) === wish.kind) {
    return otherwise(request, context);
  }
  const subject = `${below} in file system ${fileSystemName} (${origin})`;
  const what = { path, stat, urlPath: target.path, subject };
  context.trace?.note(WHERE, `${path} → ${wish.mediaType}, asked for by ${wish.by}`);
  try {
    return archived(job, what);
  } catch (error) {
    throw httpErrorOf(error, subject);
  }
}

/** undefined: nothing that anybody may see, or that can be told now: what comes next will say so. */
async function look(fileSystem: FileSystem, path: VfsPath): Promise<Stat | undefined> {
  try {
    return await fileSystem.stat(path);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

interface Subject {
  readonly path: VfsPath;
  readonly stat: Stat;
  readonly urlPath: UrlPath;
  /** For people. */
  readonly subject: string;
}

function archived(job: Job, what: Subject): Response {
  const { request, access, wish, options } = job;
  const { path, stat, urlPath } = what;
  if (stat.kind === "directory") demand(access, "list", urlPath);
  const name = `${nameOf(path) || "all"}.${wish.kind}`;
  const fields: readonly Field[] = [
    ["Content-Type", wish.mediaType],
    attachment(name),
    ["Cache-Control", "no-cache"],
    ["Vary", "Accept"],
  ];
  // Its length is known to nobody before it is made.
  if (request.method === "HEAD") return { status: 200, fields, body: UNKNOWN_LENGTH };
  const chunks = options.slots.held(() => pieces(job, what));
  if (chunks === undefined) {
    throw new HttpError(503, "all places for archives are taken", [["Retry-After", "5"]]);
  }
  return { status: 200, fields, body: { kind: "stream", chunks, length: undefined } };
}

const UNKNOWN_LENGTH: Response["body"] = {
  kind: "stream",
  chunks: {
    async *[Symbol.asyncIterator]() {},
  },
  length: undefined,
};

async function* pieces(
  { wish, options, context, access }: Job,
  { path, stat, urlPath, subject }: Subject,
): AsyncGenerator<Uint8Array, void, void> {
  const { fileSystem, entriesMax, mediaTypes } = options;
  const may = (verb: "read" | "list", below: VfsPath): boolean =>
    access === undefined ||
    access.may(verb, urlPathBelow(urlPath, relativeTo(path, below).slice(1)));
  const losses = noLosses();
  const members = membersOf({
    fileSystem,
    path,
    stat,
    entriesMax,
    mayRead: (below) => may("read", below),
    mayList: (below) => may("list", below),
    losses,
  });
  yield* gathered(wish.kind === "tar" ? tarOf(members) : zipOf(members, mediaTypes));
  const lacks = lacking(losses, entriesMax);
  context.trace?.note(WHERE, `${losses.withheld} withheld; lacks ${lacks || "nothing"}`);
  if (lacks === "") return;
  context.log.warn("file", `the archive of ${subject} lacks ${lacks}`);
  if (losses.torn > 0 || losses.isCut) throw new Error(`the archive of ${subject} is not whole`);
}

/** In words; "": nothing. */
function lacking({ skipped, torn, isCut, first }: Losses, entriesMax: number): string {
  const parts = [
    ...(skipped > 0 ? [`${skipped} that could not be read`] : []),
    ...(torn > 0 ? [`the end of ${torn} files`] : []),
    ...(isCut ? [`all after the first ${entriesMax} entries (limits.archive_entries)`] : []),
  ];
  const why = first === undefined ? "" : `; the first: ${first}`;
  return parts.length === 0 ? "" : parts.join(", ") + why;
}
