// The files of a file system as a site: GET and HEAD, nothing else.
// Three steps: which file is meant (static-locate.ts), open it, answer with what was opened
// (file-answer.ts). Directories may be listed (directory-listing.ts).

import type { Logger } from "../base/logger.ts";
import { unreachable } from "../base/unreachable.ts";
import type { Context, Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { preferredType } from "../http/negotiation.ts";
import type { Request } from "../http/request.ts";
import { NO_BODY, type Response, reusable } from "../http/response.ts";
import { type Target, urlPathBeside } from "../http/target.ts";
import type { FileSystem, OpenFile } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { nameOf, type VfsPath } from "../vfs/path.ts";
import { demand } from "./basic-auth.ts";
import { ASK_FIRST } from "./caching.ts";
import { codedAnswer, isAboutTheFile } from "./coded-answer.ts";
import { codedPage } from "./coded-page.ts";
import { directoryListing } from "./directory-listing.ts";
import { contentOf, type FileAnswer, type FileFacts, fileAnswer } from "./file-answer.ts";
import { httpErrorOf } from "./fs-status.ts";
import type { ListingChanges } from "./listing-controls.ts";
import { locationOf, pathAbove, pathBelow, redirect } from "./location.ts";
import { withMemo } from "./memo.ts";
import { type Holding, Seen } from "./seen.ts";
import type { LocatedFile } from "./static-form.ts";
import { locate, type Site, type Wish } from "./static-locate.ts";

export interface StaticOptions extends Site {
  /** For people: the file system's name, and where the route is configured. */
  readonly fileSystemName: string;
  readonly origin: string;
  /** The route's path. */
  readonly prefix: string;
  readonly listingEntriesMax: number;
  /** What those around this handler answer, for `Allow`. */
  readonly methods?: readonly string[];
  /** A directory can be had as one file, and its listing says so. Default: false. */
  readonly archives?: boolean;
  /** Files can be changed here, and by MOVE too; a listing then has what it takes. */
  readonly listingChanges?: ListingChanges | undefined;
  /** Of a file, by its path on this site. Default: what caching.ts says of all of them. */
  readonly cacheControl?: (path: string) => string;
}

export function staticFiles(options: StaticOptions): Handler {
  const methods = methodsOf(options.methods);
  return async (request, context) => {
    const { method, target } = request;
    if (method === "OPTIONS") return methods;
    if (method !== "GET" && method !== "HEAD") {
      throw new HttpError(405, `files are only read here, not ${method}`, methods.fields);
    }
    if (target.kind === "asterisk") throw new HttpError(400, "the target * names no file");
    const wish: Wish = {
      path: pathBelow(options.prefix, target.path) ?? "/",
      acceptEncoding: request.fields.get("accept-encoding"),
      acceptLanguage: request.fields.get("accept-language"),
      accept: request.fields.get("accept"),
      acceptsHtml: preferredType(request.fields.get("accept"), ["text/html"]) !== undefined,
    };
    const subject = `${wish.path} in file system ${options.fileSystemName} (${options.origin})`;
    try {
      return await answered({ request, context, target, wish, subject, options });
    } catch (error) {
      if (error instanceof FsError) report(error, subject, context.log);
      throw httpErrorOf(error, subject);
    }
  };
}

/** What is missing is the visitor's affair; what is there and cannot be read is the operator's. */
function report(error: FsError, subject: string, log: Logger): void {
  if (error.code === "unavailable") log.error("file", `cannot read ${subject}`, { err: error });
  if (error.code === "denied") log.warn("file", `not allowed to read ${subject}`, { err: error });
}

function methodsOf(more: readonly string[] = []): Response {
  const allow = ["GET", "HEAD", "OPTIONS", ...more].join(", ");
  return reusable({ status: 204, fields: [["Allow", allow]], body: NO_BODY });
}

interface Job {
  readonly request: Request;
  readonly context: Context;
  readonly target: Extract<Target, { kind: "path" }>;
  readonly wish: Wish;
  /** What is asked for, where; for people. */
  readonly subject: string;
  readonly options: StaticOptions;
}

async function answered(job: Job): Promise<Response> {
  const { context, target, wish, options } = job;
  const look: LastLook = {
    atMs: context.clock.monotonicMs(),
    seen: new Seen(options.fileSystem),
  };
  const watched = { ...options, fileSystem: look.seen.fileSystem };
  const located = await locate(wish, watched, context.trace);
  switch (located.kind) {
    case "file":
      demandFile(job, located);
      return sendFile(job, located, look);
    case "add-slash":
      return redirect(301, locationOf(`${target.path}/`, target.query));
    case "shorter": {
      const path = target.path.slice(0, -located.ending.length);
      return redirect(308, locationOf(path, target.query));
    }
    case "listing":
      return listing(job, located.path);
    case "refused":
      throw new HttpError(located.status, `${located.why} ${job.subject}`);
    default:
      return unreachable(located);
  }
}

/**
 * An index, a page without its ".html", a language: a rule may be about that file, though its own
 * name was not asked for. The page of an application is shown to whoever may see the path.
 */
function demandFile({ context, target }: Job, { name, isFallback }: LocatedFile): void {
  if (isFallback === true) return;
  demand(context.access, "read", urlPathBeside(target.path, nameOf(name)));
}

async function listing(job: Job, directory: VfsPath): Promise<Response> {
  const {
    fileSystem,
    listingEntriesMax,
    compressor,
    archives = false,
    listingChanges,
  } = job.options;
  demand(job.context.access, "list", job.target.path);
  const mayChange = job.context.access?.may("write", job.target.path) ?? true;
  const page = await directoryListing(job.request, {
    fileSystem,
    directory,
    shownPath: job.target.path,
    entriesMax: listingEntriesMax,
    archives,
    changes: mayChange ? listingChanges : undefined,
  });
  return compressor === undefined ? page : codedPage(job.request, page, compressor);
}

/** When the way to a file was last walked, and what was seen on it. */
interface LastLook {
  atMs: number;
  seen: Seen;
}

/** For so long it is enough that nothing has changed; then the way is walked again. */
const WALK_AGAIN_MS: Readonly<Record<Holding, number>> = {
  surely: 300_000,
  seemingly: 30_000,
  no: 0,
};

async function sendFile(job: Job, found: LocatedFile, look: LastLook): Promise<Response> {
  const { context, wish, options } = job;
  const { file, located } = await openLocated(options.fileSystem, found);
  const version = file.stat.version;
  const { answer, isForNow } = await answerOf(job, file, located);
  const { response, representation, bytes } = answer;
  context.trace?.note("handlers/static-files", `${located.path} opened → ${response.status}`);
  if (representation === undefined || version === undefined || isForNow) return response;
  const stillHolds = (nowMs: number) => nowMs - look.atMs < WALK_AGAIN_MS[look.seen.holds()];
  const isCurrent = async () => {
    const seen = new Seen(options.fileSystem);
    look.atMs = context.clock.monotonicMs();
    look.seen = seen;
    try {
      const watched = { ...options, fileSystem: seen.fileSystem };
      return isSame(await locate(wish, watched), { ...located, version });
    } catch (error) {
      if (error instanceof FsError) return false;
      throw error;
    }
  };
  const dependsOn = located.vary.map((name) => name.toLowerCase());
  const load = () => contentOf(options.fileSystem, located.path, { version, representation });
  return withMemo(response, { representation, bytes, dependsOn, isCurrent, stillHolds, load });
}

interface Answered {
  readonly answer: FileAnswer;
  /** The same request may soon be answered otherwise, or another one with the same key already. */
  readonly isForNow: boolean;
}

/** Takes over the file: it is closed, or handed to whoever sends the body. */
async function answerOf(job: Job, file: OpenFile, located: LocatedFile): Promise<Answered> {
  const { request, context, options } = job;
  const { compressor, fileSystem } = options;
  const { path, compressAs, mayBePlain } = located;
  const facts = factsOf(located, options);
  const nowMs = context.clock.wallMs();
  const plain = async (isForNow: boolean): Promise<Answered> => {
    return { answer: await fileAnswer(request, file, facts, nowMs), isForNow };
  };
  if (compressor === undefined || compressAs === undefined) return plain(false);
  if (mayBePlain && isAboutTheFile(request)) return plain(true);
  const coded = { compressor, fileSystem, path, coding: compressAs, facts, mayBePlain };
  const answer = await codedAnswer(request, file, coded, nowMs);
  if (typeof answer !== "string") return { answer, isForNow: false };
  context.trace?.note("handlers/static-files", `not compressed: ${answer}`);
  if (mayBePlain) return plain(answer === "not-now");
  await file.close();
  throw new HttpError(503, "busy, and the client refuses uncompressed", [["Retry-After", "1"]]);
}

function factsOf(located: LocatedFile, options: StaticOptions): FileFacts {
  const { mediaType, coding, vary, variant, path, plain = path } = located;
  const { prefix } = options;
  const file = pathAbove(prefix, located.name);
  const cacheControl = options.cacheControl?.(file) ?? ASK_FIRST;
  if (variant === undefined) return { mediaType, coding, vary, cacheControl, variant, file };
  const location = locationOf(pathAbove(prefix, plain), "");
  return { mediaType, coding, vary, cacheControl, variant: { ...variant, location }, file };
}

/** A coded sibling that cannot be opened after all is passed over for the plain file. */
async function openLocated(
  fileSystem: FileSystem,
  located: LocatedFile,
): Promise<{ readonly file: OpenFile; readonly located: LocatedFile }> {
  const { path, coding, plain } = located;
  try {
    return { file: await fileSystem.open(path), located };
  } catch (error) {
    if (coding === undefined || plain === undefined || !(error instanceof FsError)) throw error;
    const file = await fileSystem.open(plain);
    return { file, located: { ...located, path: plain, coding: undefined } };
  }
}

function isSame(now: Awaited<ReturnType<typeof locate>>, then: LocatedFile): boolean {
  return (
    now.kind === "file" &&
    now.path === then.path &&
    now.version === then.version &&
    now.coding === then.coding &&
    now.compressAs === then.compressAs &&
    now.vary.join() === then.vary.join()
  );
}
