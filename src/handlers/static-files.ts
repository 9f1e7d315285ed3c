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
import type { Target } from "../http/target.ts";
import type { FileSystem, OpenFile } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { directoryListing } from "./directory-listing.ts";
import { fileAnswer } from "./file-answer.ts";
import { httpErrorOf } from "./fs-status.ts";
import { locationOf, pathBelow, redirect } from "./location.ts";
import { withMemo } from "./memo.ts";
import { type LocatedFile, locate, type Site, type Wish } from "./static-locate.ts";

export interface StaticOptions extends Site {
  /** For people: the file system's name, and where the route is configured. */
  readonly fileSystemName: string;
  readonly origin: string;
  /** The route's path. */
  readonly prefix: string;
  readonly listingEntriesMax: number;
  /** Of files. Default: "no-cache", which means: keep it, but ask before using it. */
  readonly cacheControl?: string;
}

export function staticFiles(options: StaticOptions): Handler {
  return async (request, context) => {
    const { method, target } = request;
    if (method === "OPTIONS") return METHODS;
    if (method !== "GET" && method !== "HEAD") {
      throw new HttpError(405, `files are only read here, not ${method}`, METHODS.fields);
    }
    if (target.kind === "asterisk") throw new HttpError(400, "the target * names no file");
    const wish: Wish = {
      path: pathBelow(options.prefix, target.path) ?? "/",
      acceptEncoding: request.fields.get("accept-encoding"),
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

const METHODS: Response = reusable({
  status: 204,
  fields: [["Allow", "GET, HEAD, OPTIONS"]],
  body: NO_BODY,
});

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
  const { request, context, target, wish, options } = job;
  const located = await locate(wish, options, context.trace);
  switch (located.kind) {
    case "file":
      return sendFile(job, located);
    case "add-slash":
      return redirect(301, locationOf(`${target.path}/`, target.query));
    case "listing":
      return directoryListing(request, {
        fileSystem: options.fileSystem,
        directory: located.path,
        shownPath: target.path,
        hasParent: located.path !== "/",
        entriesMax: options.listingEntriesMax,
      });
    case "refused":
      throw new HttpError(located.status, `${located.why} ${job.subject}`);
    default:
      return unreachable(located);
  }
}

async function sendFile(job: Job, found: LocatedFile): Promise<Response> {
  const { request, context, wish, options } = job;
  const { file, located } = await openLocated(options.fileSystem, found);
  // fileAnswer closes it, or hands it to whoever sends the body.
  const { mediaType, coding, vary } = located;
  const { cacheControl = "no-cache" } = options;
  const version = file.stat.version;
  const facts = { mediaType, coding, vary, cacheControl };
  const answer = await fileAnswer(request, file, facts, context.clock.wallMs());
  const { response, representation, bytes } = answer;
  context.trace?.note("handlers/static-files", `${located.path} opened → ${response.status}`);
  // A memo would not know that Accept decided as well.
  const isForgettable = version === undefined || vary.includes("Accept");
  if (representation === undefined || isForgettable) return response;
  const isCurrent = async () => {
    try {
      return isSame(await locate(wish, options), { ...located, version });
    } catch (error) {
      if (error instanceof FsError) return false;
      throw error;
    }
  };
  return withMemo(response, { representation, bytes, isCurrent });
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
    now.vary.join() === then.vary.join()
  );
}
