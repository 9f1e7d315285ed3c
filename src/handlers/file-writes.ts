// PUT, DELETE and MKCOL around the handlers of a route of files: new content for a file, and names
// that come and go. RFC 9110, sections 9.3.4 and 9.3.5; RFC 4918, section 9.3. Everything else goes
// to the handler behind.
//
// A refusal comes before the body is read, so that whoever asked to continue first (Expect) sends
// nothing in vain. How a file gets its content is file-upload.ts's business.

import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { NO_BODY, type Response } from "../http/response.ts";
import type { FileSystemWriter, Stat } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { canNameFile, ROOT, vfsPathOf } from "../vfs/path.ts";
import { removeTree, statIfThere, walk } from "../vfs/tree.ts";
import { upload } from "./file-upload.ts";
import { httpErrorOf } from "./fs-status.ts";
import { pathBelow } from "./location.ts";
import { expectedBy } from "./write-conditions.ts";
import {
  demandWrite,
  type FileWritesOptions,
  notAllowed,
  note,
  type WriteJob,
} from "./write-job.ts";

/** What this adds to the methods of a route. */
export const WRITE_METHODS: readonly string[] = ["PUT", "DELETE", "MKCOL"];

export function fileWrites(inner: Handler, options: FileWritesOptions): Handler {
  return async (request, context) => {
    const act = ACTS.get(request.method);
    if (act === undefined) return inner(request, context);
    const { target } = request;
    if (target.kind === "asterisk") throw new HttpError(400, "the target * names no file");
    const below = pathBelow(options.prefix, target.path) ?? "/";
    const path = vfsPathOf(below === "" ? "/" : below);
    if (path === undefined || !canNameFile(path)) {
      throw new HttpError(400, `no file can be called ${target.raw}`);
    }
    const writer = writerOf(options);
    const isSlashed = below === "" || below.endsWith("/");
    const job = { request, context, options, writer, path, isSlashed };
    try {
      const response = await act(job);
      note(job, `${request.method} → ${response.status}`);
      return response;
    } catch (error) {
      throw told(error, job);
    }
  };
}

const ACTS: ReadonlyMap<string, (job: WriteJob) => Promise<Response>> = new Map([
  ["PUT", upload],
  ["DELETE", remove],
  ["MKCOL", makeDirectory],
]);

function writerOf({ writer, fileSystemName, origin }: FileWritesOptions): FileSystemWriter {
  if (writer !== undefined) return writer;
  const reason = `nothing is changed here: writable: true is not said of ${fileSystemName} (${origin})`;
  throw new HttpError(403, reason);
}

/** A file, a link, or a directory with all that it holds. RFC 9110, section 9.3.5. */
async function remove(job: WriteJob): Promise<Response> {
  const { request, context, options, writer, path, isSlashed } = job;
  const { fileSystem } = options;
  const stat = await statIfThere({ fileSystem, path });
  if (stat?.kind === "file" && isSlashed) throw missing(job);
  // A link that leads nowhere can be removed, but has no state that a condition could be about.
  const there = stat ?? LOOSE_LINK;
  const expected = expectedBy(request, there, context.clock.wallMs());
  if (path === ROOT) throw new HttpError(403, "the root stays where it is");
  if (stat?.kind !== "directory") {
    await writer.remove(path, expected === "anything" ? "something" : expected);
  } else {
    await demandAll(job);
    await removeTree({ fileSystem, path });
  }
  return { status: 204, fields: [], body: NO_BODY };
}

const LOOSE_LINK: Stat = { kind: "file", size: 0, modifiedMs: undefined, version: undefined };

/** A directory goes as a whole or not at all: nothing in it may be closed to the sender. */
async function demandAll(job: WriteJob): Promise<void> {
  const { context, options, path } = job;
  if (context.access === undefined) return;
  const { fileSystem } = options;
  for await (const found of walk({ fileSystem, path })) {
    if (found.kind === "error") throw found.error;
    demandWrite(job, found.path);
  }
}

/** RFC 4918, section 9.3. */
async function makeDirectory(job: WriteJob): Promise<Response> {
  const { request, context, options, writer, path } = job;
  // Nobody has defined what a body would mean.
  if (request.body.length !== 0) throw new HttpError(415, "MKCOL with a body means nothing here");
  const stat = await statIfThere({ fileSystem: options.fileSystem, path });
  if (stat !== undefined) {
    throw notAllowed(`${path} is there already`, stat.kind);
  }
  expectedBy(request, stat, context.clock.wallMs());
  await writer.makeDirectory(path);
  return { status: 201, fields: [], body: NO_BODY };
}

function missing({ path }: WriteJob): HttpError {
  return new HttpError(404, `nothing is called ${path}`);
}

/** What a failure means to one who wanted a change; fs-status.ts speaks to those who read. */
function told(error: unknown, job: WriteJob): unknown {
  if (!(error instanceof FsError)) return error;
  const { path, options, request, context } = job;
  const subject = `${path} in file system ${options.fileSystemName} (${options.origin})`;
  switch (error.code) {
    case "not-found":
      // Of what is to be made, it is the directory above that is not there.
      return request.method === "DELETE"
        ? missing(job)
        : new HttpError(409, `no directory for ${subject}`, [], error);
    case "not-a-directory":
      return new HttpError(409, `a file stands on the way to ${subject}`, [], error);
    case "is-a-directory":
      return notAllowed(`a directory is at ${subject}`, "directory");
    case "exists":
      return notAllowed(`something is already at ${subject}`, "file");
    case "denied":
      return new HttpError(403, `may not change ${subject}`, [], error);
    case "unavailable":
      context.log.error("file", `cannot change ${subject}`, { err: error });
      return httpErrorOf(error, subject);
    default:
      return httpErrorOf(error, subject);
  }
}
