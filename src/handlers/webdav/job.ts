// One request of WebDAV as those see it who answer it: what is asked for, of which file system, and
// how paths there are called on this site.

import type { LimitWatch } from "../../base/limit-watch.ts";
import type { Verb } from "../../http/access.ts";
import type { Context } from "../../http/handler.ts";
import { HttpError } from "../../http/http-error.ts";
import type { MediaTypes } from "../../http/media-type.ts";
import { encodePath } from "../../http/percent.ts";
import { evaluatePrecondition } from "../../http/precondition.ts";
import type { Request } from "../../http/request.ts";
import { parseTarget, type UrlPath } from "../../http/target.ts";
import type { FileSystem, Stat } from "../../vfs/file-system.ts";
import type { VfsPath } from "../../vfs/path.ts";
import { statIfThere } from "../../vfs/tree.ts";
import { pathAbove } from "../location.ts";
import type { WebdavLimits } from "./limits.ts";
import { etagOf, modifiedMsOf } from "./live-properties.ts";
import type { LockTable } from "./locks.ts";
import type { PropertyStore } from "./property-store.ts";

/** What is kept of a file system beside its files: one for all routes that serve it. */
export interface WebdavState {
  readonly locks: LockTable;
  readonly properties: PropertyStore;
}

export interface WebdavOptions {
  readonly fileSystem: FileSystem;
  /** For people: the file system's name, and where the route is configured. */
  readonly fileSystemName: string;
  readonly origin: string;
  /** The route's path. */
  readonly prefix: string;
  readonly mediaTypes: MediaTypes;
  readonly state: WebdavState;
  readonly limits: WebdavLimits;
  readonly watch: LimitWatch;
  /** False: class 1 only. Others change these files, who would not know of a lock made here. */
  readonly hasLocks: boolean;
}

export interface DavJob {
  readonly request: Request;
  readonly context: Context;
  readonly options: WebdavOptions;
  readonly path: VfsPath;
  /** A slash at its end: a directory is meant. */
  readonly isSlashed: boolean;
}

export type Kind = Stat["kind"];

/** The path of a resource on this site, percent-encoded; directories end in a slash. */
export function hrefOf(
  { prefix }: Pick<WebdavOptions, "prefix">,
  path: VfsPath,
  kind: Kind,
): string {
  return encodePath(sitePath(prefix, path, kind));
}

function sitePath(prefix: string, path: VfsPath, kind: Kind): string {
  const whole = pathAbove(prefix, path);
  return kind === "directory" && !whole.endsWith("/") ? `${whole}/` : whole;
}

/** Where nothing can be changed there is nothing to lock. */
export function canLock({ fileSystem, hasLocks }: WebdavOptions): boolean {
  return hasLocks && fileSystem.writer !== undefined;
}

/** Whether the sender may do that to a path other than the request's own. */
export function mayDo(job: DavJob, verb: Verb, path: VfsPath, kind: Kind): boolean {
  const { access } = job.context;
  return access === undefined || access.may(verb, urlPathOf(job, path, kind));
}

/** @throws HttpError 401 or 403: he may not */
export function demand(job: DavJob, verb: Verb, path: VfsPath, kind: Kind): void {
  if (mayDo(job, verb, path, kind)) return;
  note(job, `no right to ${verb} ${path}`);
  const refusal = job.context.access?.refusal?.(verb, urlPathOf(job, path, kind));
  throw refusal ?? new HttpError(403, `no right to ${verb} ${path}`);
}

/** Through the one decoder, so that rules compare what they would for a request. */
function urlPathOf({ options }: DavJob, path: VfsPath, kind: Kind): UrlPath {
  const parsed = parseTarget(hrefOf(options, path, kind), "GET");
  if (parsed.kind === "target" && parsed.target.kind === "path") return parsed.target.path;
  throw new Error(`${path} is no path of this site`);
}

/** undefined: nothing is there. A file with a slash at its end is not there either. */
export async function lookAt(job: DavJob): Promise<Stat | undefined> {
  const stat = await statIfThere({ fileSystem: job.options.fileSystem, path: job.path });
  return stat?.kind === "file" && job.isSlashed ? undefined : stat;
}

/** @throws HttpError 404 */
export async function lookAtExisting(job: DavJob): Promise<Stat> {
  const stat = await lookAt(job);
  if (stat === undefined) throw new HttpError(404, `nothing is at ${job.path}`);
  return stat;
}

/** The conditions of RFC 9110, section 13. @throws HttpError 412 */
export function assertPreconditions({ request, context }: DavJob, stat: Stat | undefined): void {
  const nowMs = context.clock.wallMs();
  const { method, fields } = request;
  const validators =
    stat === undefined
      ? undefined
      : { etag: etagOf(stat), lastModifiedMs: modifiedMsOf(stat, nowMs) };
  if (evaluatePrecondition({ method, fields, validators, nowMs }) !== "proceed") {
    throw new HttpError(412, "the resource is not in the state that the request is meant for");
  }
}

/** @throws HttpError 400 for a Depth that is none, or not one of `allowed` */
export function depthOf({ request }: DavJob, allowed: readonly Depth[], fallback: Depth): Depth {
  const field = request.fields.get("depth");
  if (field === undefined) return fallback;
  const depth = field.trim().toLowerCase();
  const found = allowed.find((one) => one === depth);
  if (found === undefined) {
    throw new HttpError(400, `Depth: ${field}, but ${request.method} knows ${allowed.join(", ")}`);
  }
  return found;
}

export type Depth = "0" | "1" | "infinity";

export function note({ context }: Pick<DavJob, "context">, decision: string): void {
  context.trace?.note("handlers/webdav", decision);
}
