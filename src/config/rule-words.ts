// Words of the rules about answers: globs, Cache-Control, origins, methods.

import { parseGlob } from "../base/glob.ts";
import { isMapping } from "./overrides.ts";
import { expected, fault, meant, type Reading, shown } from "./reading.ts";
import { didYouMean } from "./suggest.ts";

/** See base/glob.ts. It is compiled where it is used. */
export function readGlob(value: unknown): Reading<string> {
  if (typeof value !== "string") {
    return expected("a glob", value, isMapping(value) ? "write { } in quotes" : undefined);
  }
  const parsed = parseGlob(value);
  return parsed.kind === "glob"
    ? meant(value)
    : fault(`the glob ${shown(value)} ${parsed.message}`, parsed.hint);
}

/** RFC 9111, section 5.2, and RFC 5861, RFC 8246. */
const DIRECTIVES: ReadonlyMap<string, "seconds" | "alone" | "names"> = new Map([
  ["immutable", "alone"],
  ["max-age", "seconds"],
  ["must-revalidate", "alone"],
  ["must-understand", "alone"],
  ["no-cache", "names"],
  ["no-store", "alone"],
  ["no-transform", "alone"],
  ["private", "names"],
  ["proxy-revalidate", "alone"],
  ["public", "alone"],
  ["s-maxage", "seconds"],
  ["stale-if-error", "seconds"],
  ["stale-while-revalidate", "seconds"],
]);

const DIRECTIVE =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:=([!#$%&'*+.^_`|~0-9A-Za-z-]+|"[\t !#-[\]-~]*"))?$/;

/**
 * A word that caches do not know is passed over by them without a sound, so it is refused here:
 * "max_age=60" would mean nothing at all.
 */
export function readCacheControl(value: unknown): Reading<string> {
  if (typeof value !== "string" || value.trim() === "")
    return expected("a value of Cache-Control", value);
  if (value.length > 512) return fault("the value has at most 512 characters");
  // A quoted list of names may hold commas.
  for (const part of value.match(/(?:[^,"]|"[^"]*"?)+/g) ?? []) {
    const problem = directiveFault(part.trim());
    if (problem !== undefined) return problem;
  }
  return /(^|,)\s*(,|$)/.test(value) ? expected("words with commas between", value) : meant(value);
}

function directiveFault(part: string): Reading<never> | undefined {
  const [, name, argument] = DIRECTIVE.exec(part) ?? [];
  if (name === undefined) return expected("words such as public, max-age=3600", part);
  const kind = DIRECTIVES.get(name.toLowerCase());
  if (kind === undefined) {
    const hint =
      didYouMean(name, DIRECTIVES.keys()) ?? `known: ${[...DIRECTIVES.keys()].join(", ")}`;
    return fault(`no cache knows ${shown(name)}`, hint);
  }
  if (kind === "seconds" && !/^[0-9]{1,10}$/.test(argument ?? "")) {
    return fault(`${name} needs a number of seconds`, `${name}=3600 is an hour`);
  }
  if (kind === "alone" && argument !== undefined) return fault(`${name} stands alone, without =`);
  return undefined;
}

/**
 * As browsers write it, because it is compared to the letter: scheme, host, and a port only where
 * it is not the usual one. RFC 6454, section 6.1.
 */
export function readOrigin(value: unknown): Reading<string> {
  const what = "an origin such as https://app.example.org";
  if (typeof value !== "string") return expected(what, value);
  if (value === "*") return expected(what, value, "any origin is the default: leave origins out");
  if (value === "null") {
    return expected(what, value, "browsers say null for every page that may not say who it is");
  }
  if (/[^!-~]|@/.test(value)) return expected(what, value);
  const [, scheme = "", authority = "", rest = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]+)(.*)$/i.exec(value) ?? [];
  if (authority === "" || !URL.canParse(value)) return expected(what, value);
  if (rest !== "") return expected(what, value, `write ${scheme}://${authority}, without a path`);
  // Of other schemes (app://, chrome-extension://) nobody knows a usual spelling.
  const written = /^https?$/i.test(scheme) ? new URL(value).origin : value;
  return written === value ? meant(value) : expected(what, value, `browsers write ${written}`);
}

/** What a page may never be allowed (Fetch, "forbidden method"). */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

export function readMethod(value: unknown): Reading<string> {
  if (typeof value !== "string" || !/^[A-Za-z-]{1,32}$/.test(value)) {
    return expected("a method such as GET", value);
  }
  if (value !== value.toUpperCase()) {
    return expected("a method such as GET", value, `write ${value.toUpperCase()}`);
  }
  return FORBIDDEN_METHODS.has(value) ? fault(`no page may use ${value}`) : meant(value);
}

/** Any name, for lists of what pages may set or read. RFC 9110, section 5.1. */
export function readFieldName(value: unknown): Reading<string> {
  const isName = typeof value === "string" && /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/.test(value);
  return isName ? meant(value) : expected("the name of a header", value);
}
