// The configured `headers:`, added to any response.
// A field that both sides name is sent once. The configured value wins, except where the handler
// says something about this very answer that nobody can know beforehand (DESCRIBING), and except
// for the Cache-Control of an error: a year's caching is meant for files, not for a 404.

import type { Field } from "../http/fields.ts";
import { isReusable, type Response, reusable } from "../http/response.ts";
import { FRAMING_FIELDS } from "../http/response-fields.ts";

/**
 * Reusable responses stay reusable, and the same one in gives the same one out: drivers know their
 * bytes by identity.
 * @throws when a field belongs to the wire drivers (Content-Length, Connection …)
 */
export function withFields(configured: readonly Field[]): (response: Response) => Response {
  for (const [name] of configured) {
    if (FRAMING_FIELDS.has(name.toLowerCase())) {
      throw new Error(`${name} describes the message on the wire and cannot be configured`);
    }
  }
  if (configured.length === 0) return (response) => response;
  const dressed = new WeakMap<Response, Response>();
  return (response) => {
    if (!isReusable(response)) return { ...response, fields: merged(response, configured) };
    const known = dressed.get(response);
    if (known !== undefined) return known;
    const fresh = reusable({ ...response, fields: merged(response, configured) });
    dressed.set(response, fresh);
    return fresh;
  };
}

/** Lower case. What the handler says here stands. */
const DESCRIBING: ReadonlySet<string> = new Set([
  "accept-ranges",
  "allow",
  "content-encoding",
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
  const vary = variance(response.fields, added);
  const kept = response.fields.filter(([name]) => !replaced.has(name.toLowerCase()));
  return [...kept, ...added.filter(([name]) => name.toLowerCase() !== "vary"), ...vary];
}

function handlerWins(name: string, status: number): boolean {
  return DESCRIBING.has(name) || (name === "cache-control" && status >= 400);
}

/** Vary is a set, so both sides are right. Empty unless the configuration names it. */
function variance(own: readonly Field[], added: readonly Field[]): readonly Field[] {
  const isVary = ([name]: Field) => name.toLowerCase() === "vary";
  if (!added.some(isVary)) return [];
  const names = [...own, ...added]
    .filter(isVary)
    .flatMap(([, value]) => value.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const seen = new Map(names.map((name) => [name.toLowerCase(), name]));
  return [["Vary", seen.has("*") ? "*" : [...seen.values()].join(", ")]];
}
