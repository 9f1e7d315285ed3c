// Where target.ts and the WHATWG URL Standard part, told from the text alone: what we refuse, and
// which hosts the URL parser does not leave as they are. Each with its section.

import { isIPv6 } from "node:net";

/** A target cut as RFC 3986, appendix B, cuts it. */
export interface Cut {
  readonly form: "origin" | "absolute" | "neither";
  /** "" in origin form. */
  readonly authority: string;
  readonly path: string;
  readonly query: string | undefined;
}

export function cutOf(raw: string): Cut {
  const scheme = /^https?:\/\//i.exec(raw)?.[0];
  const isOrigin = raw.startsWith("/");
  const [, authority = "", path = "", query] =
    /^([^/?#]*)([^?]*)(?:\?(.*))?$/s.exec(isOrigin ? raw : raw.slice(scheme?.length ?? 0)) ?? [];
  const form = isOrigin ? "origin" : scheme === undefined ? "neither" : "absolute";
  return { form, authority, path: path === "" ? "/" : path, query };
}

export interface Refusal {
  readonly why: string;
  readonly holds: (cut: Cut) => boolean;
}

export const REFUSALS: readonly Refusal[] = [
  {
    why: "RFC 9112, 3.2: a target is a path or an http URL; other schemes have other servers",
    holds: ({ form }) => form === "neither",
  },
  {
    why: "RFC 9110, 4.2.4: userinfo in a target is treated as an error",
    holds: ({ authority }) => authority.includes("@"),
  },
  {
    why: "RFC 9110, 4.2.1: an http URL has a host; RFC 3986, 3.2.2 and 3.2.3: this is none",
    holds: ({ form, authority }) => form === "absolute" && !isAuthority(authority),
  },
  {
    why: "RFC 9112, 3.2.1: neither a path nor a query holds a fragment",
    holds: ({ path, query }) => `${path}${query ?? ""}`.includes("#"),
  },
  {
    why: "RFC 9112, 3.2: what no URI can hold is not corrected",
    holds: ({ path, query = "" }) =>
      /[^\w.~!$&'()*+,;=:@/%[\]^|#-]/.test(path) ||
      /[^\w.~!$&'()*+,;=:@/?%[\]^|{}`\\#-]/.test(query),
  },
  {
    why: "RFC 3986, 2.1: a percent sign is followed by two hexadecimal digits",
    holds: ({ path }) => /%(?![0-9a-f]{2})/i.test(path),
  },
  {
    why: "RFC 3986, 7.3: %00 is rejected where raw data is not expected",
    holds: ({ path }) => path.includes("%00"),
  },
  {
    why: "RFC 3986, 5.2.4 stays at the root; RFC 9112, 3.2 wants nothing corrected",
    holds: ({ path }) => leavesRoot(path),
  },
];

/** uri-host [ ":" port ], with the address of RFC 3986, 3.2.2, judged by node:net. */
function isAuthority(text: string): boolean {
  const [, literal, name = "", port = ""] =
    /^(?:\[([^\]]*)\]|([^[\]:]*))(?::([0-9]*))?$/.exec(text) ?? [];
  if (Number(port) > 65_535) return false;
  if (literal === undefined) return /^(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+$/i.test(name);
  return isFuture(literal) || (isIPv6(literal) && !literal.includes("%"));
}

function isFuture(literal: string): boolean {
  return /^v[0-9a-f]+\.[\w.~!$&'()*+,;=:-]+$/i.test(literal);
}

const DOT = /^(?:\.|%2e)$/i;
const TWO_DOTS = /^(?:\.|%2e){2}$/i;

function leavesRoot(path: string): boolean {
  let depth = 0;
  for (const segment of path.split("/").slice(1)) {
    if (TWO_DOTS.test(segment)) depth--;
    else if (!DOT.test(segment)) depth++;
    if (depth < 0) return true;
  }
  return false;
}

/** Hosts to the RFC that the URL Standard rewrites or refuses: section "host parsing" there. */
export const OTHER_HOSTS: readonly {
  readonly why: string;
  readonly holds: (host: string) => boolean;
}[] = [
  {
    why: "RFC 3986, 3.2.2: an address of a future version",
    holds: (host) => host.startsWith("[v"),
  },
  { why: "RFC 3986, 3.2.2: a name may be escaped", holds: (host) => host.includes("%") },
  {
    why: "RFC 3986, 3.2.2: only four decimal numbers are an IPv4 address, all else is a name",
    holds: (host) => /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$/.test(host),
  },
  {
    why: "RFC 9110, 4.2.1: a name need not be valid Punycode",
    holds: (host) => host.includes("xn--"),
  },
];
