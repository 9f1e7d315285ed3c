// What a request target means. RFC 9112, section 3.2; RFC 3986, sections 2.1, 3.3 and 5.2.4.
// The one place where a path is decoded, and it is decoded exactly once: whoever has a UrlPath
// may compare and join it without thinking of escapes. What cannot be understood in one way only
// is refused with 400, never repaired (RFC 9112, section 3.2: no autocorrection).

import { BACKSLASH, DEL, HASH, QUESTION, SLASH, SP } from "../base/ascii.ts";
import { type Authority, parseAuthority } from "./authority.ts";
import { decodeSegment } from "./percent.ts";
import { SENT_PATH, SENT_QUERY } from "./uri.ts";

/**
 * Decoded, "/…", no "." or ".." segment, no empty segment but a trailing one, no NUL; made by
 * parseTarget only. An encoded slash is U+DC2F, bytes that are no UTF-8 stand as in
 * base/surrogate-escape.ts.
 */
export type UrlPath = string & { readonly [urlPath]: true };
declare const urlPath: unique symbol;

export type Target =
  /** `raw`: path and query as sent. `query`: what follows "?", never decoded; "" when none. */
  | {
      readonly kind: "path";
      readonly raw: string;
      readonly path: UrlPath;
      readonly query: string;
      /**
       * This very value comes again with the next request for the same: what is known of it may
       * be kept beside it, by identity. Absent: nobody promises that.
       */
      readonly isLasting?: true;
    }
  | { readonly kind: "asterisk" };

export interface MalformedTarget {
  readonly kind: "malformed";
  readonly status: 400 | 501;
  readonly reason: string;
}

export type TargetParse =
  /** `authority` comes from the absolute form, where it overrules Host (RFC 9112, 3.2.2). */
  | {
      readonly kind: "target";
      readonly target: Target;
      readonly authority: Authority | undefined;
    }
  | MalformedTarget;

/**
 * @param raw the target as sent, Latin-1: one character a byte
 * @param method case-sensitive; OPTIONS may ask for "*", CONNECT is not for origin servers
 */
export function parseTarget(raw: string, method: string): TargetParse {
  if (method === "CONNECT") return refuse("this server is no proxy: CONNECT is not done here", 501);
  if (raw.charCodeAt(0) === SLASH) return originForm(raw, undefined);
  if (raw === "*") {
    return method === "OPTIONS" ? asterisk(undefined) : refuse("the target * is for OPTIONS only");
  }
  return absoluteForm(raw, method);
}

/** RFC 9112, section 3.2.2. Any server must take it, whether or not it came through a proxy. */
function absoluteForm(raw: string, method: string): TargetParse {
  const scheme = /^https?:\/\//i.exec(raw);
  if (scheme === null) return refuse("the target is neither a path nor an http or https URL");
  const rest = raw.slice(scheme[0].length);
  const pathFrom = rest.search(/[/?#]|$/);
  const authorityText = rest.slice(0, pathFrom);
  if (authorityText.includes("@")) return refuse("user names do not belong into a target");
  const authority = parseAuthority(authorityText);
  if (authority === undefined) return refuse("the host in the target is none");
  const path = rest.slice(pathFrom);
  // OPTIONS for a URL without path or query means the server as a whole (RFC 9112, 3.2.4).
  if (path === "" && method === "OPTIONS") return asterisk(authority);
  return originForm(path.startsWith("/") ? path : `/${path}`, authority);
}

// Nearly all targets are plain, and then the path is the very text that was sent: nothing is copied.
function originForm(raw: string, authority: Authority | undefined): TargetParse {
  const end = firstOutside(SENT_PATH, raw, 0);
  const after = raw.charCodeAt(end);
  if (end < raw.length && after !== QUESTION) return refuse(whyNot(after, "path"));
  const queryEnd = firstOutside(SENT_QUERY, raw, end + 1);
  if (queryEnd < raw.length) return refuse(whyNot(raw.charCodeAt(queryEnd), "query"));
  const sent = end === raw.length ? raw : raw.slice(0, end);
  const decoded = NOT_PLAIN.test(sent) ? normalized(sent) : sent;
  if (typeof decoded !== "string") return decoded;
  const query = end === raw.length ? "" : raw.slice(end + 1);
  const target: Target = { kind: "path", raw, path: urlPathOf(decoded), query };
  return { kind: "target", target, authority };
}

/** Something to decode, a repeated slash, or a segment that begins with a dot. */
const NOT_PLAIN = /%|\/[./]/;

function firstOutside(table: Uint8Array, raw: string, from: number): number {
  let at = from;
  while (at < raw.length && table[raw.charCodeAt(at)] === 1) at++;
  return at;
}

/** Decodes each segment, then resolves dots (RFC 3986, 5.2.4), then drops repeated slashes. */
function normalized(sent: string): string | MalformedTarget {
  const kept: string[] = [];
  const segments = sent.slice(1).split("/");
  for (const [index, raw] of segments.entries()) {
    const segment = decodeSegment(raw);
    if (segment === undefined) return refuse("a % in the path without two hexadecimal digits");
    if (segment.includes("\0")) return refuse("a NUL in the path");
    const isDots = segment === "." || segment === "..";
    if (segment === ".." && kept.pop() === undefined)
      return refuse("the path leads above the root");
    if (!isDots) kept.push(segment);
    // "/a/." and "/a/.." name directories: the slash stays when the dots go.
    else if (index === segments.length - 1) kept.push("");
  }
  return `/${kept.join("/")}`.replace(/\/{2,}/g, "/");
}

function whyNot(code: number, part: "path" | "query"): string {
  if (code === HASH) return "a fragment does not belong into a target";
  // To a browser it is a slash: "/\evil.example" in a Location would lead to another host.
  if (code === BACKSLASH) return "a backslash in the path must be percent-encoded as %5C";
  if (code <= SP || code === DEL) return `a control character or space in the ${part}`;
  if (code > DEL) return `bytes beyond ASCII in the ${part} must be percent-encoded`;
  return `the character ${String.fromCharCode(code)} in the ${part} must be percent-encoded`;
}

function urlPathOf(path: string): UrlPath {
  return path as UrlPath;
}

/**
 * What lies below a path, by its decoded names: "/a/b/c" for "b/c" below "/a" or "/a/".
 * @param names as a file system knows them: none of them empty, "." or ".."
 */
export function urlPathBelow(path: UrlPath, names: string): UrlPath {
  return urlPathOf(path.endsWith("/") ? path + names : `${path}/${names}`);
}

/** The file of this name in the directory that a path is, or lies in: "/a/x" for "/a/" and "/a/b". */
export function urlPathBeside(path: UrlPath, name: string): UrlPath {
  return urlPathOf(path.slice(0, path.lastIndexOf("/") + 1) + name);
}

function asterisk(authority: Authority | undefined): TargetParse {
  return { kind: "target", target: ASTERISK_FORM, authority };
}

function refuse(reason: string, status: 400 | 501 = 400): MalformedTarget {
  return { kind: "malformed", status, reason };
}

const ASTERISK_FORM: Target = Object.freeze({ kind: "asterisk" });
