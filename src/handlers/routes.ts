// Which handler answers? The routes of the host that was asked for, else those without a host;
// among them the longest prefix that ends at a slash of the path.
//
// "/up" answers "/up" and everything below "/up/". "/up/" answers what is below; "/up" itself is
// redirected to it, unless a route "/up" stands beside it. "/upper" belongs to neither.
// A path with blanks ("/blog/:year/:slug", "/docs/*") answers the paths that it fits, whole. It is
// as long as what stands before its first blank, and comes before a prefix of the same length.
// A host with routes of its own still falls back to the routes without a host, path by path.

import { capturesOf, type PathPattern, patternOf, precedence } from "../base/path-pattern.ts";
import { hostNameOf } from "../http/authority.ts";
import type { Handler } from "../http/handler.ts";
import { HttpError } from "../http/http-error.ts";
import { KNOWN_METHODS } from "../http/method.ts";
import { NO_BODY, type Response, reusable } from "../http/response.ts";
import type { Target } from "../http/target.ts";
import { locationOf, permanentStatus, redirect } from "./location.ts";

export interface Route {
  /** Lower case, without port; undefined: any host. */
  readonly host: string | undefined;
  /** Starts with "/", decoded; may have blanks (base/path-pattern.ts). */
  readonly path: string;
  /** Where it stands in the configuration, for people. */
  readonly origin: string;
  /** Host and path, for those who count what it answers. */
  readonly name: string;
  readonly handler: Handler;
  /** Stands around all that the route answers, its own redirect too: CORS. */
  readonly around?: (handler: Handler) => Handler;
}

export function routesOf(routes: readonly Route[]): Handler {
  const tables = tablesOf(routes);
  const found = finderOf(tables);
  return (request, context) => {
    const { method, target } = request;
    if (!KNOWN_METHODS.has(method)) {
      throw new HttpError(501, `method ${method} is not known to this server`);
    }
    if (target.kind === "asterisk") return aboutTheServer(method);
    const { host, place } = found(target, request.host);
    if (place === undefined) {
      throw new HttpError(404, `no route for ${target.path} on host ${host || "(none)"}`);
    }
    const { route } = place;
    context.route = route.name;
    context.trace?.note(WHERE, `host ${host || "(none)"}, prefix ${route.path} → ${route.origin}`);
    if (isMissingSlash(place, target.path) && !hasBlanks(place)) {
      context.trace?.note(WHERE, `${target.path} is the route without its slash → redirect`);
      const location = locationOf(route.path, target.query);
      const toSlash: Handler = () => redirect(permanentStatus(method), location);
      return aroundOf(route)(toSlash)(request, context);
    }
    return route.handler(request, context);
  };
}

function aroundOf({ around }: Route): (handler: Handler) => Handler {
  return around ?? ((handler) => handler);
}

const WHERE = "handlers/routes";

interface Place {
  readonly route: Route;
  readonly pattern: PathPattern;
}

/** What was found for a target on a host. */
interface Found {
  readonly sentHost: string;
  /** As routes name it; "" for HTTP/1.0 without Host. */
  readonly host: string;
  readonly place: Place | undefined;
}

type PathTarget = Extract<Target, { kind: "path" }>;

/** A target that comes again is looked for once, as long as it comes for the same host. */
function finderOf(tables: Tables): (target: PathTarget, sentHost: string) => Found {
  const known = new WeakMap<PathTarget, Found>();
  return (target, sentHost) => {
    const before = target.isLasting === true ? known.get(target) : undefined;
    if (before !== undefined && before.sentHost === sentHost) return before;
    const host = hostNameOf(sentHost);
    const place = longest(tables.get(host), target.path) ?? longest(tables.get(""), target.path);
    const found = { sentHost, host, place };
    if (target.isLasting === true) known.set(target, found);
    return found;
  };
}

/** Routes by host ("": any), longest path first. */
type Tables = ReadonlyMap<string, readonly Place[]>;

function tablesOf(routes: readonly Route[]): Tables {
  const tables = new Map<string, Place[]>();
  for (const route of routes) {
    const host = route.host ?? "";
    const place = { route, pattern: patternOf(route.path) };
    tables.set(host, [...(tables.get(host) ?? []), place]);
  }
  for (const table of tables.values()) table.sort((a, b) => precedence(a.pattern, b.pattern));
  return tables;
}

function longest(table: readonly Place[] | undefined, path: string): Place | undefined {
  const found = table?.find(({ pattern }) => capturesOf(pattern, path) !== undefined);
  // "/up/" is longer than "/up", but the latter is what was asked for.
  if (found === undefined || !isMissingSlash(found, path)) return found;
  return table?.find(({ route }) => route.path === path) ?? found;
}

function isMissingSlash({ pattern: { fixed } }: Place, path: string): boolean {
  return fixed.length === path.length + 1 && fixed.endsWith("/");
}

function hasBlanks({ pattern }: Place): boolean {
  return pattern.names.length > 0;
}

/** RFC 9110, section 9.3.7: "OPTIONS *" asks about the server as a whole. */
function aboutTheServer(method: string): Response {
  if (method !== "OPTIONS") throw new HttpError(400, "the target * is for OPTIONS only");
  return SERVER_OPTIONS;
}

const SERVER_OPTIONS: Response = reusable({
  status: 204,
  fields: [["Allow", "GET, HEAD, OPTIONS"]],
  body: NO_BODY,
});
