// POST to a directory: the forms of its listing, for browsers without JavaScript. Files to store, a
// directory to make, an entry to rename or delete. Every act leads back to the listing (303), which
// then says what became of it.
//
// Only forms that this site's own page sent (same-origin.ts). Programs have PUT, DELETE and MKCOL.

import type { Context, Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { essenceOf } from "../http/media-type.ts";
import { encodeSegment } from "../http/percent.ts";
import type { IncomingBody, Request } from "../http/request.ts";
import { NO_BODY, type Response } from "../http/response.ts";
import { type Target, urlPathBelow } from "../http/target.ts";
import type { FileSystem, FileSystemWriter } from "../vfs/file-system.ts";
import { FsError } from "../vfs/fs-error.ts";
import { childOf, relativeTo, type VfsPath, vfsPathOf } from "../vfs/path.ts";
import { acted, actOf, type Question } from "./form-acts.ts";
import { type Outcome, outcomesToSay } from "./form-outcome.ts";
import { questionPage } from "./form-pages.ts";
import { uploaded } from "./form-upload.ts";
import { httpErrorOf } from "./fs-status.ts";
import { rowId } from "./listing-page.ts";
import { locationOf, pathBelow } from "./location.ts";
import { FORM_LIMITS, formParts } from "./multipart-form.ts";
import { formSender } from "./same-origin.ts";

export interface ListingFormsOptions {
  readonly fileSystem: FileSystem;
  readonly writer: FileSystemWriter;
  /** The route's path. */
  readonly prefix: string;
  /** Files in one form. Default: 1000. */
  readonly filesMax?: number;
}

/** Everything but such a POST goes to `inner`. */
export function listingForms(inner: Handler, options: ListingFormsOptions): Handler {
  return async (request, context) => {
    const { method, target, fields } = request;
    const form =
      method === "POST" ? FORMS.get(essenceOf(fields.get("content-type") ?? "")) : undefined;
    if (form === undefined || target.kind !== "path") return inner(request, context);
    const directory = vfsPathOf(pathBelow(options.prefix, target.path) ?? "");
    const isDirectory = directory !== undefined && target.path.endsWith("/");
    if (!isDirectory) return inner(request, context);
    const subject = `the directory ${target.path}`;
    try {
      if ((await options.fileSystem.stat(directory)).kind !== "directory") {
        return inner(request, context);
      }
      refuseStrangers(request, context);
      return await form({ request, context, target, directory, options });
    } catch (error) {
      throw httpErrorOf(error, subject);
    }
  };
}

const WHERE = "handlers/listing-forms";

interface Job {
  readonly request: Request;
  readonly context: Context;
  readonly target: Extract<Target, { kind: "path" }>;
  readonly directory: VfsPath;
  readonly options: ListingFormsOptions;
}

const FORMS: ReadonlyMap<string, (job: Job) => Promise<Response>> = new Map([
  ["multipart/form-data", filesForm],
  ["application/x-www-form-urlencoded", wordsForm],
]);

function refuseStrangers(request: Request, context: Context): void {
  const { kind, why } = formSender(request, context);
  context.trace?.note(WHERE, `${why} → ${kind === "own" ? "our own page" : "refused"}`);
  if (kind === "own") return;
  throw new HttpError(403, `forms are taken from this site's own pages only (${why})`);
}

async function filesForm(job: Job): Promise<Response> {
  const { request, directory, options } = job;
  const { filesMax = FORM_LIMITS.filesMax, fileSystem } = options;
  const type = request.fields.get("content-type") ?? "";
  const parts = formParts(request.body, type, { ...FORM_LIMITS, filesMax });
  const mayWrite = (name: string) => mayChange(job, childOf(directory, name));
  const report = (error: FsError) => reportTo(job, error);
  return backToListing(job, await uploaded(parts, { fileSystem, directory, mayWrite, report }));
}

/** Some words in a few fields; a name is 255 bytes, three times as many when encoded. */
const WORDS_BYTES_MAX = 8 * 1024;

async function wordsForm(job: Job): Promise<Response> {
  const { request, directory, options } = job;
  const act = actOf(new URLSearchParams(await textOf(request.body)));
  if (act === undefined) throw new HttpError(400, "a form that is none of a listing's");
  if (act === "no-name") return backToListing(job, [{ name: "This", what: "no-name" }]);
  if (act.kind === "ask-rename" || act.kind === "ask-delete") return question(job, act);
  const { fileSystem, writer } = options;
  const mayWrite = (path: VfsPath) => mayChange(job, path);
  const report = (error: FsError) => reportTo(job, error);
  const place = { fileSystem, writer, directory, mayWrite, report };
  return backToListing(job, [await acted(act, place)]);
}

/** What is in the way of a name is the sender's affair; what fails is the operator's. */
function reportTo({ context, target }: Job, error: FsError): void {
  const isOurs = error.code === "unavailable" || error.code === "no-space";
  if (isOurs) context.log.error("file", `a form for ${target.path} failed`, { err: error });
  else context.trace?.note(WHERE, error.message);
}

async function question(job: Job, asked: Question): Promise<Response> {
  try {
    const stat = await job.options.fileSystem.stat(childOf(job.directory, asked.name));
    return questionPage(asked, stat);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return backToListing(job, [{ name: asked.name, what: error.code }]);
  }
}

async function textOf(body: IncomingBody): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > WORDS_BYTES_MAX) throw new HttpError(413, "a form with too many words");
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A rule may be about something deeper than the directory. */
function mayChange({ context, target, directory }: Job, path: VfsPath): boolean {
  if (context.access === undefined) return true;
  const names = relativeTo(directory, path).slice(1);
  return context.access.may("write", urlPathBelow(target.path, names));
}

/** To the row that was changed, when there is one. */
function backToListing({ context, target }: Job, outcomes: readonly Outcome[]): Response {
  for (const { name, what } of outcomes) context.trace?.note(WHERE, `${name}: ${what}`);
  const [only, ...more] = outcomes;
  const isThere = only !== undefined && more.length === 0 && only.what !== "deleted";
  const row = isThere ? `#${encodeSegment(rowId(only.name))}` : "";
  const location = `${locationOf(target.path, "")}${row}`;
  const said = outcomes.length > 0 ? [outcomesToSay(outcomes)] : [];
  const fields = [["Location", location] as const, NOT_STORED, ...said];
  return { status: 303, fields, body: NO_BODY };
}

const NOT_STORED = ["Cache-Control", "no-store"] as const;
