// The configured `headers:`, or those of a rule, added to any response.
// A field that both sides name is sent once. The configured value wins, except where the handler
// says something about this very answer that nobody can know beforehand (DESCRIBING), and except
// for the Cache-Control of an error: a year's caching is meant for files, not for a 404.

import type { Field } from "../http/fields.ts";
import { isReusable, type Response, reusable } from "../http/response.ts";
import { assertSendable, FRAMING_FIELDS } from "../http/response-fields.ts";
import { ofSameFile } from "./file-of.ts";

/**
 * Reusable responses stay reusable, and the same one in gives the same one out: drivers know their
 * bytes by identity.
 * @param removed names, in any case, of fields that are taken away from what comes in
 * @throws when a field belongs to the wire drivers (Content-Length, Connection …), or when its
 *   name or value would end its line early
 */
export function withFields(
  configured: readonly Field[],
  removed: readonly string[] = [],
): (response: Response) => Response {
  for (const [name] of configured) {
    if (FRAMING_FIELDS.has(name.toLowerCase())) {
      throw new Error(`${name} describes the message on the wire and cannot be configured`);
    }
  }
  assertSendable(configured);
  if (configured.length === 0 && removed.length === 0) return (response) => response;
  const gone = new Set(removed.map((name) => name.toLowerCase()));
  const changed = (response: Response): Response => {
    const kept = response.fields.filter(([name]) => !gone.has(name.toLowerCase()));
    const fields = merged({ ...response, fields: kept }, configured);
    return ofSameFile(response, { ...response, fields });
  };
  const dressed = new WeakMap<Response, Response>();
  return (response) => {
    if (response.verbatim === true) return response;
    const known = dressed.get(response);
    if (known !== undefined) return known;
    if (!isReusable(response)) return changed(response);
    const fresh = reusable(changed(response));
    dressed.set(response, fresh);
    return fresh;
  };
}

/** Lower case. What the handler says here stands. */
const DESCRIBING: ReadonlySet<string> = new Set([
  "accept-ranges",
  "allow",
  "content-encoding",
  "content-language",
  "content-location",
  "content-range",
  "content-security-policy", // our own pages know what they contain
  "content-type",
  "etag",
  "last-modified",
  "location",
  "retry-after",
  "www-authenticate",
]);

function merged(response: Response, configured: readonly Field[]): readonly Field[] {
  const answered = new Set(response.fields.map(([name]) => name.toLowerCase()));
  const added = configured.filter(([name]) => {
    const lower = name.toLowerCase();
    return !(answered.has(lower) && handlerWins(lower, response.status));
  });
  const replaced = new Set(added.map(([name]) => name.toLowerCase()));
  const kept = response.fields.filter(
    ([name]) => isVary(name) || !replaced.has(name.toLowerCase()),
  );
  return replaced.has("vary") ? oneVary([...kept, ...added]) : [...kept, ...added];
}

function handlerWins(name: string, status: number): boolean {
  return DESCRIBING.has(name) || (name === "cache-control" && status >= 400);
}

/** Vary is a set, so all that name fields in it are right: one line, at the end. */
export function oneVary(fields: readonly Field[]): readonly Field[] {
  const names = fields
    .filter(([name]) => isVary(name))
    .flatMap(([, value]) => value.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const seen = new Map(names.map((name) => [name.toLowerCase(), name]));
  const others = fields.filter(([name]) => !isVary(name));
  if (seen.size === 0) return others;
  return [...others, ["Vary", seen.has("*") ? "*" : [...seen.values()].join(", ")]];
}

function isVary(name: string): boolean {
  return name.toLowerCase() === "vary";
}
