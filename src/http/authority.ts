// Whom a request is for: host and port. RFC 9110, sections 4.2.1 and 7.2; RFC 3986, section 3.2.
// The Host field, the authority of an absolute-form target and HTTP/2's :authority all come
// through here. Strict: what a name server or the next proxy might read differently is refused.

import { COLON, hexValue, isDigit, PERCENT } from "../base/ascii.ts";
import { HOST_NAME } from "./uri.ts";

export interface Authority {
  /** Lower case, without the port; an IPv6 address keeps its brackets. Never "". */
  readonly host: string;
  /** undefined: the default port of the scheme. */
  readonly port: number | undefined;
}

const PORT_MAX = 65_535;

/**
 * undefined: not `uri-host [":" port]`. That includes "" (an http URI must have a host) and
 * anything with userinfo, which no client may send here (RFC 9110, section 4.2.4).
 * An empty port ("localhost:") means the default one.
 */
export function parseAuthority(text: string): Authority | undefined {
  const hostEnd = text.startsWith("[") ? text.indexOf("]") + 1 : nameEnd(text);
  if (hostEnd <= 0) return undefined;
  if (text.startsWith("[") && !isAddressLiteral(text.slice(1, hostEnd - 1))) return undefined;
  const port = portOf(text, hostEnd);
  if (port === "malformed") return undefined;
  return { host: text.slice(0, hostEnd).toLowerCase(), port };
}

/** The host of a Host field as it is called in rules and routes; "" for none. */
export function hostNameOf(sentHost: string): string {
  const host = parseAuthority(sentHost)?.host ?? "";
  // "example.org." is the same name written out to the root (RFC 1034, section 3.1).
  return host.endsWith(".") ? host.slice(0, -1) : host;
}

/** Where the registered name (or IPv4 address) ends; -1 when it holds what no name may hold. */
function nameEnd(text: string): number {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (HOST_NAME[code] === 1) continue;
    if (code === COLON) return at;
    if (code !== PERCENT || !isEscape(text, at)) return -1;
    at += 2;
  }
  return text.length;
}

function isEscape(text: string, at: number): boolean {
  return hexValue(text.charCodeAt(at + 1)) >= 0 && hexValue(text.charCodeAt(at + 2)) >= 0;
}

function portOf(text: string, colon: number): number | undefined | "malformed" {
  if (colon === text.length) return undefined;
  if (text.charCodeAt(colon) !== COLON) return "malformed";
  let port = 0;
  for (let at = colon + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return "malformed";
    port = port * 10 + (code - 0x30);
    if (port > PORT_MAX) return "malformed";
  }
  return colon + 1 === text.length ? undefined : port;
}

/** What may stand in brackets: IPv6address or IPvFuture, without a zone (RFC 3986, 3.2.2). */
function isAddressLiteral(text: string): boolean {
  return isIpv6(text) || /^v[0-9a-f]+\.[-\w.~!$&'()*+,;=:]+$/i.test(text);
}

// Eight groups of sixteen bits; one "::" may stand for the missing ones, at least one; the last
// two groups may be written as an IPv4 address.
function isIpv6(text: string): boolean {
  const halves = text.split("::");
  const [head = "", tail] = halves;
  if (halves.length > 2) return false;
  if (tail === undefined) return groupsOf(head, "last") === 8;
  const before = groupsOf(head, "inner");
  const after = groupsOf(tail, "last");
  return before >= 0 && after >= 0 && before + after <= 7;
}

/** How many groups; -1 when one of them is none. */
function groupsOf(text: string, place: "inner" | "last"): number {
  if (text === "") return 0;
  const groups = text.split(":");
  const last = groups.at(-1) ?? "";
  const endsInIpv4 = place === "last" && isIpv4(last);
  const plain = endsInIpv4 ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return -1;
  return plain.length + (endsInIpv4 ? 2 : 0);
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return (
    parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
  );
}
