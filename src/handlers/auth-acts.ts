// What does a request do, and to which paths? GET, HEAD and OPTIONS read, PROPFIND, REPORT and SEARCH
// list, COPY reads; all other methods write, the unknown ones too. COPY and MOVE also write to where
// Destination leads. Says only what is meant; who may do it is decided in authorization.ts.

import type { Verb } from "../http/access.ts";
import { HttpError } from "../http/http-error.ts";
import type { Request } from "../http/request.ts";
import { parseTarget, type UrlPath } from "../http/target.ts";
import type { AuthRule } from "./auth-rules.ts";

/** Something that is to be done somewhere. */
export interface Act {
  readonly verb: Verb;
  readonly path: UrlPath;
  readonly rule: AuthRule | undefined;
}

const READING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "COPY"]);
const LISTING: ReadonlySet<string> = new Set(["PROPFIND", "REPORT", "SEARCH"]);

export function actsOf(
  request: Request,
  path: UrlPath,
  ruleFor: (path: UrlPath) => AuthRule | undefined,
): readonly Act[] {
  const { method } = request;
  if (isPreflight(request)) return [];
  const verb = READING.has(method) ? "read" : LISTING.has(method) ? "list" : "write";
  const own: Act = { verb, path, rule: ruleFor(path) };
  if (method !== "COPY" && method !== "MOVE") return [own];
  const destination = destinationOf(request);
  if (destination === undefined) return [own];
  return [own, { verb: "write", path: destination, rule: ruleFor(destination) }];
}

/** A browser asks on behalf of a page, without credentials, whether it may send any (Fetch, 3.2.2). */
export function isPreflight({ method, fields }: Request): boolean {
  return method === "OPTIONS" && fields.count("access-control-request-method") > 0;
}

/** Understood as a target is: nothing else leads to files. */
function destinationOf({ fields }: Request): UrlPath | undefined {
  const count = fields.count("destination");
  if (count === 0) return undefined;
  const parsed = parseTarget(fields.get("destination") ?? "", "GET");
  if (count > 1 || parsed.kind === "malformed" || parsed.target.kind === "asterisk") {
    throw new HttpError(400, "the Destination field names no path of this server");
  }
  return parsed.target.path;
}
