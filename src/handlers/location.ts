// Paths of this site as they stand in configuration, in `Location` and below a route.

import type { Field } from "../http/fields.ts";
import { encodePath } from "../http/percent.ts";
import type { Response } from "../http/response.ts";
import { NO_BODY } from "../http/response.ts";

/**
 * What is left of `path` below a route's `prefix`: "/x" of "/up/x" below "/up" or "/up/"; "" for
 * the prefix itself without a slash; undefined when the path is not below it ("/upper").
 * @param path decoded; repeated slashes are gone already (parseTarget)
 */
export function pathBelow(prefix: string, path: string): string | undefined {
  const stem = prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
  if (!path.startsWith(stem)) return undefined;
  return path.length === stem.length || path[stem.length] === "/"
    ? path.slice(stem.length)
    : undefined;
}

/** The way back: "/up/x" of "/x" below "/up" or "/up/". */
export function pathAbove(prefix: string, below: string): string {
  return (prefix.endsWith("/") ? prefix.slice(0, -1) : prefix) + below;
}

/**
 * A `Location` on this site. Built from the decoded path, so that no spelling of it can come out
 * as "//host"; the query is what parseTarget let through, visible ASCII only.
 */
export function locationOf(path: string, query: string): string {
  return encodePath(path) + (query === "" ? "" : `?${query}`);
}

/** 301 lets clients turn POST into GET; methods that may carry a body get 308 instead. */
export function permanentStatus(method: string): 301 | 308 {
  return method === "GET" || method === "HEAD" ? 301 : 308;
}

/** @param location visible ASCII */
export function redirect(status: number, location: string): Response {
  const fields: readonly Field[] = [["Location", location]];
  return { status, fields, body: NO_BODY };
}
