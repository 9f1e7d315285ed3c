// WebDAV, classes 1 and 2 (RFC 4918), around the handlers of a route of files: they read, write and
// remove, as without it, and this sees to it that locks are kept, and that what is kept of a
// resource beside its content goes when the resource goes.

import type { Field } from "../../http/fields.ts";
import type { Handler } from "../../http/handler.ts";
import { HttpError } from "../../http/http-error.ts";
import type { Response } from "../../http/response.ts";
import { FsError } from "../../vfs/fs-error.ts";
import { canNameFile, vfsPathOf } from "../../vfs/path.ts";
import { httpErrorOf } from "../fs-status.ts";
import { pathBelow } from "../location.ts";
import { copy, move } from "./copy-move.ts";
import { canLock, type DavJob, type Kind, lookAt, type WebdavOptions } from "./job.ts";
import { lock, unlock } from "./lock-methods.ts";
import { propfind } from "./propfind.ts";
import { proppatch } from "./proppatch.ts";
import { assertIf, assertWritable, type Change, whileUnlocked } from "./submission.ts";

/** @param inner what answers without WebDAV: GET, HEAD, POST, and PUT, DELETE and MKCOL too */
export function webdav(inner: Handler, options: WebdavOptions): Handler {
  return (request, context) => {
    const act = METHODS.get(request.method);
    const { target, fields } = request;
    if (act === undefined || target.kind === "asterisk") return inner(request, context);
    // The common case, and nothing of it is ours.
    if (act === read && fields.count("if") === 0) return inner(request, context);
    const below = pathBelow(options.prefix, target.path) ?? "/";
    const path = vfsPathOf(below === "" ? "/" : below);
    if (path === undefined || !canNameFile(path)) return inner(request, context);
    const isSlashed = below.endsWith("/");
    return acted(act, { request, context, options, path, isSlashed }, inner);
  };
}

async function acted(act: Method, job: DavJob, inner: Handler): Promise<Response> {
  try {
    return await act(job, () => answerOf(inner, job));
  } catch (error) {
    throw told(error, job);
  }
}

type Method = (job: DavJob, inner: () => Promise<Response>) => Promise<Response>;

const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["OPTIONS", described],
  ["GET", read],
  ["HEAD", read],
  ["PROPFIND", propfind],
  ["PROPPATCH", proppatch],
  ["COPY", copy],
  ["MOVE", move],
  ["LOCK", locking(lock)],
  ["UNLOCK", locking(unlock)],
  ["PUT", written],
  ["POST", posted],
  ["MKCOL", made],
  ["DELETE", removed],
]);

async function answerOf(inner: Handler, { request, context }: DavJob): Promise<Response> {
  return inner(request, context);
}

/** One place where failures of the file system become answers, as in static-files.ts. */
function told(error: unknown, { context, options, path }: DavJob): unknown {
  if (!(error instanceof FsError)) return error;
  const subject = `${path} in file system ${options.fileSystemName} (${options.origin})`;
  if (error.code === "unavailable") {
    context.log.error("file", `cannot use ${subject}`, { err: error });
  }
  return httpErrorOf(error, subject);
}

/** Section 10.1: which classes; and what may be done here, to this resource, now. */
async function described(job: DavJob, inner: () => Promise<Response>): Promise<Response> {
  const answer = await inner();
  const stat = await lookAt(job);
  const allowed = new Set(allowOf(answer));
  for (const method of methodsFor(stat?.kind, job.options)) allowed.add(method);
  const others = answer.fields.filter(([name]) => name.toLowerCase() !== "allow");
  const more: Field[] = [
    ["Allow", [...allowed].join(", ")],
    // Class 2 is locks.
    ["DAV", canLock(job.options) ? "1, 2" : "1"],
    // Without it Microsoft's clients look for FrontPage, and find nothing.
    ["MS-Author-Via", "DAV"],
  ];
  return { ...answer, fields: [...others, ...more] };
}

function allowOf({ fields }: Response): string[] {
  const field = fields.find(([name]) => name.toLowerCase() === "allow")?.[1] ?? "";
  return field.split(",").flatMap((method) => (method.trim() === "" ? [] : [method.trim()]));
}

function methodsFor(kind: Kind | undefined, options: WebdavOptions): string[] {
  const locks = canLock(options) ? ["LOCK", "UNLOCK"] : [];
  if (kind === undefined) return locks.slice(0, 1);
  const changes = ["PROPPATCH", "COPY", "MOVE", ...locks];
  return options.fileSystem.writer === undefined ? ["PROPFIND"] : ["PROPFIND", ...changes];
}

function locking(act: Method): Method {
  return (job, inner) => {
    assertWritable(job);
    if (canLock(job.options)) return act(job, inner);
    throw new HttpError(405, "with several workers there are no locks (server.workers)", [
      ["Allow", "GET, HEAD, OPTIONS, PUT, DELETE, MKCOL, PROPFIND, PROPPATCH, COPY, MOVE"],
    ]);
  };
}

async function read(job: DavJob, inner: () => Promise<Response>): Promise<Response> {
  await assertIf(job);
  return inner();
}

async function written(job: DavJob, inner: () => Promise<Response>): Promise<Response> {
  const isNew = (await lookAt(job)) === undefined;
  return changed(job, { path: job.path, isDeep: false, isMember: isNew }, inner);
}

/** A form is about any of the names in the directory that it is sent to; only its reader knows which. */
async function posted(job: DavJob, inner: () => Promise<Response>): Promise<Response> {
  return whileUnlocked(job, [{ path: job.path, isDeep: true, isMember: false }], inner);
}

async function made(job: DavJob, inner: () => Promise<Response>): Promise<Response> {
  return changed(job, { path: job.path, isDeep: false, isMember: true }, inner);
}

async function removed(job: DavJob, inner: () => Promise<Response>): Promise<Response> {
  assertWritable(job);
  // Section 9.6.1: a directory goes with all that it holds; nothing else can be asked for.
  const depth = job.request.fields.get("depth")?.trim().toLowerCase() ?? "infinity";
  const stat = await lookAt(job);
  if (stat?.kind === "directory" && depth !== "infinity") {
    throw new HttpError(400, "a directory is removed with all that it holds: Depth: infinity");
  }
  const { locks, properties } = job.options.state;
  const change = { path: job.path, isDeep: true, isMember: true };
  return whileUnlocked(job, [change], async () => {
    const answer = await inner();
    // 207: some of it is still there, with what belongs to it.
    if (answer.status === 200 || answer.status === 204) {
      locks.dropTree(job.path);
      await properties.remove(job.path);
    }
    return answer;
  });
}

async function changed(
  job: DavJob,
  change: Change,
  inner: () => Promise<Response>,
): Promise<Response> {
  assertWritable(job);
  return whileUnlocked(job, [change], async () => {
    const answer = await inner();
    // Another thing under an old name: nothing that was said of the old one is true of it.
    if (answer.status === 201) await job.options.state.properties.remove(job.path);
    return answer;
  });
}
