// A request for a change of files, as those see it who carry it out (file-writes.ts and
// file-upload.ts), and the refusals that they share.

import type { Context } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { encodePath } from "../http/percent.ts";
import type { Request } from "../http/request.ts";
import { parseTarget, type UrlPath } from "../http/target.ts";
import type { FileSystem, FileSystemWriter, Stat } from "../vfs/file-system.ts";
import type { VfsPath } from "../vfs/path.ts";
import { demand } from "./basic-auth.ts";
import { pathAbove } from "./location.ts";

export interface FileWritesOptions {
  /** undefined: a switch is off, and the answer says which. */
  readonly writer: FileSystemWriter | undefined;
  readonly fileSystem: FileSystem;
  /** For people: the file system's name, and where the route is configured. */
  readonly fileSystemName: string;
  readonly origin: string;
  /** The route's path. */
  readonly prefix: string;
  /** PUT makes the directories that are missing. Without: 409 (RFC 4918, section 9.7.1). */
  readonly makesParents: boolean;
}

/** A request for a change, and all that decides it. */
export interface WriteJob {
  readonly request: Request;
  readonly context: Context;
  readonly options: FileWritesOptions;
  readonly writer: FileSystemWriter;
  readonly path: VfsPath;
  /** A slash at its end: a directory is meant. */
  readonly isSlashed: boolean;
}

/** 405 for what stands there: RFC 9110, section 15.5.6 wants to know what would be allowed. */
export function notAllowed(reason: string, kind: Stat["kind"]): HttpError {
  const change = kind === "directory" ? "DELETE" : "PUT, DELETE";
  return new HttpError(405, reason, [["Allow", `GET, HEAD, OPTIONS, ${change}`]]);
}

/** @throws HttpError 401 or 403 where the sender may not change that */
export function demandWrite({ context, options }: WriteJob, path: VfsPath): void {
  demand(context.access, "write", sitePath(options.prefix, path));
}

/** Through the one decoder, so that rules compare what they would for a request. */
function sitePath(prefix: string, path: VfsPath): UrlPath {
  const parsed = parseTarget(encodePath(pathAbove(prefix, path)), "GET");
  if (parsed.kind === "target" && parsed.target.kind === "path") return parsed.target.path;
  throw new Error(`${path} is no path of this site`);
}

export function note({ context, path }: WriteJob, decision: string): void {
  context.trace?.note("handlers/file-writes", `${path}: ${decision}`);
}
