// Does the person reading the answer sit at this very machine? Only then may an error page say
// which file, rule or line of the configuration refused.
//
// The address of the connection is not enough. A reverse proxy on the same machine connects from
// 127.0.0.1 on behalf of the world; it gives itself away by the name asked for or by the fields
// that proxies add. A web page whose name was rebound to 127.0.0.1 gives itself away by the name.

import type { Peer } from "../base/peer.ts";
import { parseAuthority } from "../http/authority.ts";
import type { Request } from "../http/request.ts";

export function isLocalVisitor(request: Request, peer: Peer): boolean {
  if (!peer.isLoopback) return false;
  if (!isLoopbackHost(request.host)) return false;
  return PROXY_FIELDS.every((name) => request.fields.count(name) === 0);
}

const PROXY_FIELDS = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];

function isLoopbackHost(host: string): boolean {
  const name = parseAuthority(host)?.host.toLowerCase();
  if (name === undefined) return false;
  if (name === "localhost" || name.endsWith(".localhost")) return true; // RFC 6761, section 6.3
  return name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name);
}
