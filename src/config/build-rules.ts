// `caching:`, `header_rules:`, `cors:` → what handlers are given.

import type { Caching } from "../handlers/caching.ts";
import type { CrossOriginPolicy } from "../handlers/cross-origin.ts";
import type { HeaderRule } from "../handlers/header-rules.ts";
import type { Draft } from "./draft.ts";
import type { KeyPath } from "./key.ts";
import { shown } from "./reading.ts";
import type { CorsWords } from "./schema-rules.ts";

export function buildCaching(draft: Draft): Caching {
  const { caching, headers, server } = draft.words;
  const name = Object.keys(headers).find((other) => other.toLowerCase() === "cache-control");
  if (name !== undefined && caching.length > 0) {
    draft.error(
      ["headers", name],
      "stands on every answer, so that no rule of caching would count",
      'make it the last of those rules, with match: "**"',
    );
  }
  const rules = caching.map(({ match, cache_control }) => ({ match, cacheControl: cache_control }));
  return { rules, fingerprints: server.fingerprints };
}

export function buildHeaderRules(draft: Draft): readonly HeaderRule[] {
  return draft.words.header_rules.map(({ match, headers, remove }, index) => {
    const key = ["header_rules", index];
    const names = Object.keys(headers);
    refuseTwins(draft, [...key, "headers"], names);
    if (names.length + remove.length === 0) {
      draft.error(key, "changes nothing: both headers and remove are missing or empty");
    }
    for (const [at, name] of remove.entries()) {
      const place = [...key, "remove", at];
      if (name.toLowerCase() === "vary") {
        draft.error(place, "without Vary, caches would mix up answers to different clients");
      }
      if (names.some((other) => other.toLowerCase() === name.toLowerCase())) {
        const hint = "a field that is added replaces any other of its name";
        draft.error(place, `${shown(name)} is added by the same rule`, hint);
      }
    }
    return { match, headers: Object.entries(headers), remove };
  });
}

/** undefined: pages of other sites may read nothing. */
export function buildCors(words: CorsWords | undefined): CrossOriginPolicy | undefined {
  if (words === undefined || words.origins?.length === 0) return undefined;
  const { origins = "any", methods, headers = "any", expose, max_age: maxAgeMs } = words;
  return { origins, methods, headers, expose, maxAgeMs };
}

/** Names that differ in case only: which of them was meant? */
export function refuseTwins(draft: Draft, section: KeyPath, names: readonly string[]): void {
  const spellings = new Map<string, string>();
  for (const name of names) {
    const before = spellings.get(name.toLowerCase());
    spellings.set(name.toLowerCase(), name);
    if (before === undefined) continue;
    draft.error([...section, name], `is the same as ${shown(before)}; case makes no difference`);
  }
}
