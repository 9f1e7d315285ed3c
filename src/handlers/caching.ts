// For how long may a file be kept without asking? By the first rule whose glob fits, else by its
// name: fingerprinted files for ever (fingerprint.ts), all others not without asking, because a
// page that is stale for an hour is what people complain of most.
//
// Only files that are there get this far. Whatever else is said (404, 416 …) has a Cache-Control
// of its own, or a year's caching would outlive the mistake (error-pages.ts).

import { globOf } from "../base/glob.ts";
import { isFingerprinted } from "./fingerprint.ts";

export interface CachingRule {
  /** A glob of the file's path on this site: "/assets/**". */
  readonly match: string;
  /** The field's whole value. */
  readonly cacheControl: string;
}

export interface Caching {
  /** The first that fits counts. */
  readonly rules: readonly CachingRule[];
  /** Whether files that no rule is about are judged by their names. */
  readonly fingerprints: boolean;
}

/** "Keep it, but ask before using it" (RFC 9111, section 5.2.2.4). */
export const ASK_FIRST = "no-cache";

/** A year is as long as anybody plans; "immutable" spares the question on reload (RFC 8246). */
export const FOR_EVER = "public, max-age=31536000, immutable";

/** @returns what to say of a file, by its path on this site: decoded, below the root "/" */
export function cacheControlBy(caching: Caching): (path: string) => string {
  const rules = caching.rules.map(({ match, cacheControl }) => ({
    glob: globOf(match),
    cacheControl,
  }));
  return (path) => {
    const rule = rules.find(({ glob }) => glob.matches(path));
    if (rule !== undefined) return rule.cacheControl;
    const name = path.slice(path.lastIndexOf("/") + 1);
    return caching.fingerprints && isFingerprinted(name) ? FOR_EVER : ASK_FIRST;
  };
}
